"""A chat server as one writes it with python-socketio as it comes: Hypercorn, uvloop, an ORM session per message.

PORT; WORLD: a JSON file {users: {id: name}, conversations: {id: [userId]}}; ACCESS_KEY: hexadecimal; DATABASE: a path.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import uuid
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jwt
import socketio
import uvloop
from hypercorn.asyncio import serve
from hypercorn.config import Config
from sqlalchemy import ForeignKey, UniqueConstraint, event, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

MAX_CONTENT_CHARS = 5000
BACKLOG = 2048


class Base(DeclarativeBase):
    pass


class Conversation(Base):
    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(primary_key=True)
    last_seq: Mapped[int] = mapped_column(default=0)


class Message(Base):
    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("client_message_id", "sender_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int]
    sender_id: Mapped[str]
    client_message_id: Mapped[str | None]
    content: Mapped[str]
    created_at: Mapped[str]


class Peer:
    """The server: who is a member of what in memory, what they say in the database."""

    def __init__(self, world: dict[str, Any], access_key: bytes, database: str) -> None:
        self._users: dict[str, str] = world["users"]
        self._members = {id_: set(ids) for id_, ids in world["conversations"].items()}
        self._conversations_of: defaultdict[str, list[str]] = defaultdict(list)
        for id_, ids in self._members.items():
            for user_id in ids:
                self._conversations_of[user_id].append(id_)
        self._access_key = access_key
        self._engine = _engine(database)
        self._session = async_sessionmaker(self._engine, expire_on_commit=False)
        # SQLite takes one writer; waiting here is cheaper than being told so.
        self._writing = asyncio.Lock()
        self.server = socketio.AsyncServer(async_mode="asgi", cors_allowed_origins="*")
        self.server.on("connect", self.connect)
        self.server.on("send-message", self.send_message)

    async def start(self) -> None:
        async with self._engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
            await connection.execute(insert(Conversation), [{"id": id_} for id_ in self._members])

    async def connect(self, sid: str, environ: dict[str, Any], auth: dict[str, str]) -> None:
        try:
            claims = jwt.decode(auth["token"], self._access_key, algorithms=["HS256"])
        except (jwt.PyJWTError, KeyError, TypeError):
            raise socketio.exceptions.ConnectionRefusedError("token_invalid") from None
        user_id = claims["sub"]
        await self.server.save_session(sid, {"user_id": user_id})
        for conversation_id in self._conversations_of[user_id]:
            await self.server.enter_room(sid, conversation_id)
        await self.server.emit("session-started", {"userId": user_id}, to=sid)

    async def send_message(self, sid: str, command: dict[str, Any]) -> dict[str, Any]:
        user_id: str = (await self.server.get_session(sid))["user_id"]
        content, conversation_id = command["content"], command["conversationId"]
        if not isinstance(content, str) or not 0 < len(content) <= MAX_CONTENT_CHARS:
            return {"success": False, "code": "bad_request"}
        if user_id not in self._members.get(conversation_id, ()):
            return {"success": False, "code": "not_found"}
        message, is_new = await self._keep(user_id, command)
        if is_new:
            await self.server.emit("receive-message", self._shown(message), room=conversation_id)
        return {
            "success": True,
            "messageId": message.id,
            "conversationId": conversation_id,
            "seq": message.seq,
            "status": "sent",
            "createdAt": message.created_at,
        }

    async def _keep(self, user_id: str, command: dict[str, Any]) -> tuple[Message, bool]:
        client_message_id = command.get("clientMessageId")
        async with self._writing, self._session() as session, session.begin():
            known = select(Message).filter_by(client_message_id=client_message_id, sender_id=user_id)
            if client_message_id and (earlier := await session.scalar(known)) is not None:
                return earlier, False
            conversation_id = command["conversationId"]
            seq = await session.scalar(
                update(Conversation)
                .where(Conversation.id == conversation_id)
                .values(last_seq=Conversation.last_seq + 1)
                .returning(Conversation.last_seq)
            )
            message = Message(
                id=uuid.uuid4().hex,
                conversation_id=conversation_id,
                seq=seq,
                sender_id=user_id,
                client_message_id=client_message_id,
                content=command["content"],
                created_at=_now(),
            )
            session.add(message)
        return message, True

    def _shown(self, message: Message) -> dict[str, Any]:
        return {
            "_id": message.id,
            "conversationId": message.conversation_id,
            "seq": message.seq,
            "clientMessageId": message.client_message_id,
            "sender": {"_id": message.sender_id, "name": self._users[message.sender_id], "avatar": None},
            "content": message.content,
            "type": "text",
            "attachments": [],
            "reactions": [],
            "status": "sent",
            "deliveredCount": 0,
            "readCount": 0,
            "recipientCount": len(self._members[message.conversation_id]) - 1,
            "edited": False,
            "editedAt": None,
            "deleted": False,
            "deletedAt": None,
            "createdAt": message.created_at,
            "timestamp": _now(),
        }


def _engine(database: str) -> AsyncEngine:
    engine = create_async_engine(f"sqlite+aiosqlite:///{database}")

    @event.listens_for(engine.sync_engine, "connect")
    def durable(connection: Any, _: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def _health(scope: Any, _receive: Any, send: Any) -> None:
    status = 200 if scope["type"] == "http" and scope["path"] == "/healthz" else 404
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


async def main() -> None:
    world = json.loads(Path(os.environ["WORLD"]).read_text(encoding="utf-8"))  # noqa: ASYNC240  # at start
    peer = Peer(world, bytes.fromhex(os.environ["ACCESS_KEY"]), os.environ["DATABASE"])
    await peer.start()
    config = Config()
    config.bind = [f"127.0.0.1:{os.environ['PORT']}"]
    config.backlog = BACKLOG
    app = socketio.ASGIApp(peer.server, _health)
    await serve(app, config)


if __name__ == "__main__":
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    uvloop.run(main())
