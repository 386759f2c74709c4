"""One application over a file database of a given size, and the statements that each event and route executes there."""

from __future__ import annotations

import contextlib
import io
import shutil
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from quart.datastructures import FileStorage
from quart.typing import TestClientProtocol
from sqlalchemy import Engine, event, insert

from chat import create_app, database, instance
from chat.config import DATABASE_FILE, Settings
from chat.database import Transaction
from chat.ids import new_id
from chat.models import (
    Base,
    Change,
    Contact,
    Conversation,
    Invitation,
    Message,
    Participant,
    Reaction,
    Receipt,
    Revision,
    Session,
    User,
)
from chat.security.passwords import Passwords
from chat.security.tokens import hash_refresh
from chat.services.actor import Actor
from chat.services.memory import memory
from chat.sockets.registry import events
from chat.sqlite_driver import OneHopConnection
from chat.times import utc_now
from tests.files import PICTURE
from tests.people import PASSWORD, Json
from tests.security.world import (
    EMAIL,
    EXTRA,
    FACE,
    INVITATION,
    MESSAGE,
    NEW_GROUP,
    PLACE,
    REFRESH,
    ROUTES,
    SENT_FILE,
    SESSION,
    TARGET,
    WAITING_FILE,
    WORDS,
    placeholders,
    question,
    substitute,
)

CURSORS, CONTACT, INVITE, UUID = "<cursors>", "<contact>", "<invite>", "<uuid>"
REACTED = "🎉"
EDITED_EVERY = 5
# So many people outside, and so many own messages, are there to be acted upon.
ASKED_OF_EACH = 12
COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")

# Where the usual question would find nothing to do, or less than there may be.
OTHERWISE: dict[str, Json] = {
    "send-message": {"clientMessageId": UUID},
    "POST conversations/{conversation_id}/messages": {"clientMessageId": UUID},
    "mark-conversation-as-read": {"seq": 2},
    "remove-reaction": {"emoji": REACTED},
    "DELETE messages/{message_id}/reactions/{emoji}": {"emoji": REACTED},
    "reconnect": {"cursors": CURSORS},
    "request-missed-messages": {"conversationId": None, "cursors": CURSORS},
    "GET conversations": {"limit": 200},
    "DELETE contacts/{user_id}": {"user_id": CONTACT},
    "POST auth/register": {"invite": INVITE},
    "POST auth/logout": {"refreshToken": REFRESH},
    "POST users/me/password": {"currentPassword": PASSWORD, "newPassword": f"{PASSWORD}, another"},
    "DELETE users/me": {"password": PASSWORD},
}
# What leaves no session to ask anything else with: each is asked by somebody of their own.
ENDS_EVERYTHING = ("POST users/me/password", "DELETE users/me")


@dataclass(frozen=True)
class Size:
    """How much of everything there is."""

    conversations: int
    members: int
    messages: int
    devices: int


@dataclass(frozen=True)
class Statement:
    """What the database was asked, with its values."""

    sql: str
    values: Any


class QueryWorld:
    """Somebody who owns the instance and its groups, and does all there is to do, each time to something else."""

    def __init__(self, size: Size, client: TestClientProtocol, path: Path, password_hash: str) -> None:
        self.path = path
        self._size = size
        self._client = client
        self._password_hash = password_hash
        self._now = utc_now()
        self._rows: defaultdict[type[Base], list[dict[str, Any]]] = defaultdict(list)
        self._things: defaultdict[str, list[Any]] = defaultdict(list)
        self._actors: dict[str, Actor] = {}

    async def fill(self) -> None:
        """Write everything at once, parents first, and take it in as the server does when it starts."""
        me = self._person("Olive", "owner")
        members = [self._person(f"Member {number:03}") for number in range(self._size.members - 1)]
        others = [self._person(f"Other {number:03}") for number in range(ASKED_OF_EACH)]
        self._actors = {"": me} | {name: others.pop() for name in ENDS_EVERYTHING}
        self._things[TARGET] = [person.user_id for person in members]
        self._things[EXTRA] = [person.user_id for person in others]
        self._things[EMAIL] = ["olive@example.org"]
        devices = {
            actor.user_id: [self._session(actor.user_id) for _ in range(self._size.devices)]
            for actor in self._actors.values()
        }[me.user_id]
        self._things |= {SESSION: devices[:1], REFRESH: [_refresh_token(id_) for id_ in devices[1:]]}
        links = [self._invitation(me) for _ in range(self._size.devices)]
        tokens = instance.current().tokens
        self._things |= {INVITATION: links[:1], INVITE: [tokens.sign_invitation(link) for link in links[1:]]}
        for person in members:
            self._row(Contact, owner_id=me.user_id, user_id=person.user_id, is_contact=True)
        self._things[CONTACT] = [members[0].user_id]
        groups = [self._group([me, *members], messages=self._size.messages)]
        groups += [self._group([me, *members[:5]], messages=5) for _ in range(self._size.conversations - 1)]
        self._things |= {PLACE: groups[:1], NEW_GROUP: groups[1:2], CURSORS: [dict.fromkeys(groups[:-1], 0)]}

        async def change(tx: Transaction) -> None:
            for model in Base.metadata.sorted_tables:
                rows = [row for kind, each in self._rows.items() if kind.__table__ is model for row in each]
                if rows:
                    await tx.connection.execute(insert(model), rows)

        await database.write(change)
        async with database.read() as reading:
            await memory.load(reading)
        for thing in (SENT_FILE, WAITING_FILE):
            uploaded = await self._request("POST attachments", me, {})
            self._things[thing] = [uploaded["_id"]]
        face = await self._request("PUT users/me/avatar", members[0], {})
        self._things[FACE] = [face["avatar"].rpartition("/")[2]]
        await self._request(
            "POST conversations/{conversation_id}/messages",
            me,
            {"conversation_id": groups[-1], "attachments": self._things[SENT_FILE]},
        )

    async def ask(self, name: str) -> list[Statement]:
        """Ask an event or a route, which must succeed; what the database was asked for it."""
        actor = self._actors.get(name, self._actors[""])
        asked = question(name) | OTHERWISE.get(name, {})
        fields = {key: value for key, value in asked.items() if value is not None}
        filled = substitute(fields, {thing: self._next(thing) for thing in placeholders(fields)})
        with recorded() as statements:
            if name in ROUTES:
                await self._request(name, actor, filled)
            else:
                answer = await events.answer(actor, name, [filled])
                assert answer.startswith('{"success":true'), answer
        return statements

    async def _request(self, name: str, actor: Actor, fields: Json) -> Any:
        """Ask a route, which must succeed; what it answers, when that is JSON."""
        route = ROUTES[name]
        rest = {key: value for key, value in fields.items() if key not in route.parameters}
        if route.takes_file:
            rest = {"files": {"file": FileStorage(io.BytesIO(PICTURE), "picture.png")}}
        else:
            rest = {"query_string" if route.takes_query else "json": rest}
        token = instance.current().tokens.issue_access(actor.user_id, actor.session_id, self._now)
        response = await self._client.open(
            f"/api/{route.path.format(**fields)}",
            method=route.method,
            headers={} if route.is_public else {"Authorization": f"Bearer {token}"},
            **rest,
        )
        assert response.status_code < 300, await response.get_data()
        return await response.get_json()

    def _next(self, thing: str) -> Any:
        """Something that nothing has been done to yet, as long as there is more than one."""
        if thing in (WORDS, UUID):
            return str(uuid.uuid4())
        kept = self._things.get(thing, [thing])
        return kept.pop() if len(kept) > 1 else kept[0]

    def _row(self, model: type[Base], **values: Any) -> None:
        self._rows[model].append({"created_at": self._now, **values})

    def _person(self, name: str, role: str = "member") -> Actor:
        id_ = new_id()
        self._row(
            User,
            id=id_,
            name=name,
            email=f"{name.lower().replace(' ', '')}@example.org",
            password_hash=self._password_hash,
            role=role,
            locale="fr",
        )
        return Actor(id_, self._session(id_), name, role, "fr")

    def _session(self, user_id: str) -> str:
        id_ = new_id()
        self._row(
            Session,
            id=id_,
            user_id=user_id,
            refresh_hash=hash_refresh(_refresh_token(id_)),
            rotated_at=self._now,
            device_name="",
            ip="",
            user_agent="",
            last_activity_at=self._now,
            expires_at=self._now + timedelta(days=1),
        )
        return id_

    def _invitation(self, owner: Actor) -> str:
        id_ = new_id()
        self._row(Invitation, id=id_, created_by=owner.user_id)
        return id_

    def _group(self, members: list[Actor], messages: int) -> str:
        """A group in which everyone has said something, in words that were mended and applauded."""
        id_ = new_id()
        edits = 0
        for seq in range(1, messages + 1):
            sender = members[seq % len(members)] if seq % 2 else members[0]
            message_id = new_id()
            is_edited = seq % EDITED_EVERY == 0
            self._row(
                Message,
                id=message_id,
                conversation_id=id_,
                seq=seq,
                sender_id=sender.user_id,
                content="Anything",
                edited_at=self._now if is_edited else None,
            )
            for person in members[:3]:
                self._row(Reaction, message_id=message_id, user_id=person.user_id, emoji=REACTED)
            if is_edited:
                edits += 1
                self._edit(id_, message_id, sender, seq, messages + edits)
            elif sender is members[0] and len(self._things[MESSAGE]) < ASKED_OF_EACH:
                self._things[MESSAGE].append(message_id)
        self._row(
            Conversation,
            id=id_,
            is_group=True,
            name="Group",
            last_seq=messages + edits,
            created_by=members[0].user_id,
            updated_at=self._now,
        )
        for place, person in enumerate(members):
            self._rows[Participant].append(
                {
                    "conversation_id": id_,
                    "user_id": person.user_id,
                    "role": ("owner", "admin")[place] if place < 2 else "member",
                    "joined_at": self._now,
                    "last_read_seq": 0 if place == 0 else messages,
                    "last_delivered_seq": 0 if place == 0 else messages,
                }
            )
            if place:
                self._row(
                    Receipt, conversation_id=id_, user_id=person.user_id, kind="read", up_to_seq=messages
                )
        return id_

    def _edit(self, conversation_id: str, message_id: str, sender: Actor, seq: int, at: int) -> None:
        self._row(Revision, message_id=message_id, seq=seq, content="Anythign")
        self._row(Revision, message_id=message_id, seq=at, content="Anything")
        self._row(
            Change,
            conversation_id=conversation_id,
            seq=at,
            kind="edited",
            message_id=message_id,
            user_id=sender.user_id,
        )


def _refresh_token(session_id: str) -> str:
    return f"{session_id}.refresh"


@contextlib.asynccontextmanager
async def query_world(size: Size, folder: Path, migrated: Path) -> AsyncIterator[QueryWorld]:
    """A running application in `folder`, with everything in the wanted size."""
    path = folder / DATABASE_FILE
    shutil.copy(migrated, path)
    settings = Settings(
        data_dir=folder,
        database_url=f"sqlite+aiosqlite:///{path}",
        jwt_secret="a secret for tests that is long enough",
        rate_limits=False,
        password_memory_mib=12,
    )
    app = create_app(settings)
    async with app.test_app() as running:
        world = QueryWorld(
            size, running.test_client(), path, await Passwords(settings.password_memory_mib).hash(PASSWORD)
        )
        await world.fill()
        yield world


@contextlib.contextmanager
def recorded() -> Iterator[list[Statement]]:
    """The statements that are executed in the block, by whatever engine; how transactions begin and end left out."""
    statements: list[Statement] = []

    def record(_connection: Any, _cursor: Any, sql: str, values: Any, _context: Any, is_many: bool) -> None:
        if sql.lstrip().startswith(COUNTED):
            statements.append(Statement(sql, values[0] if is_many else values))

    def record_bulk(connection: OneHopConnection, sql: str, rows: list[tuple[Any, ...]]) -> None:
        statements.append(Statement(sql, rows[0]))
        defer_many(connection, sql, rows)

    defer_many = OneHopConnection.defer_many
    event.listen(Engine, "before_cursor_execute", record)
    with mock.patch.object(
        OneHopConnection, "defer_many", record_bulk
    ):  # what Bulk executes passes SQLAlchemy by
        try:
            yield statements
        finally:
            event.remove(Engine, "before_cursor_execute", record)
