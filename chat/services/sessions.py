"""Sessions: signed-in devices, how they stay in, and how they end."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, select, update

from chat import database, instance
from chat.bulk import Bulk
from chat.database import Reading, Transaction
from chat.errors import NotFound, Unauthenticated
from chat.ids import new_id
from chat.models import Session, User
from chat.schemas import sessions as schemas
from chat.security.tokens import (
    REFRESH_GRACE_S,
    SESSION_DAYS,
    TokenError,
    hash_refresh,
    session_of,
)
from chat.services import users
from chat.services.actor import Actor
from chat.services.devices import device_name
from chat.services.session_ends import end, end_sessions
from chat.times import iso

USER_AGENT_MAX_CHARS = 300

_sessions, _users = Session.__table__, User.__table__
# Every request over REST asks this first.
_FIND_ACTOR = (
    select(_users.c.id, _users.c.name, _users.c.role, _users.c.locale)
    .join_from(_sessions, _users, _users.c.id == _sessions.c.user_id)
    .where(
        _sessions.c.id == bindparam("session"),
        _sessions.c.revoked_at.is_(None),
        _sessions.c.expires_at > bindparam("now"),
        _users.c.disabled_at.is_(None),
        _users.c.deleted_at.is_(None),
    )
)
_TOUCH_SESSION = Bulk(
    update(_sessions)  # type: ignore[arg-type]
    .where(_sessions.c.id == bindparam("device"))
    .values(last_activity_at=bindparam("now"))
)
_TOUCH_USER = Bulk(
    update(_users)  # type: ignore[arg-type]
    .where(_users.c.id == bindparam("who"))
    .values(last_seen_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Client:
    """Where a request comes from: what a session remembers of its device."""

    address: str
    user_agent: str
    locale: str
    is_local: bool = False


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session's tokens, and whose they are."""

    access_token: str
    refresh_token: str
    user: User

    def tokens(self) -> schemas.Tokens:
        return schemas.Tokens(
            access_token=self.access_token,
            refresh_token=self.refresh_token,
            user=users.show_me(self.user),
        )


async def refresh(refresh_token: str, client: Client) -> schemas.RotatedTokens:
    """Exchange a refresh token for new ones.

    The token before the present one still answers, with the very same tokens, for 30 s: two tabs, or an answer that
    was lost. After that, or any older one: somebody else holds a copy, and the session ends.
    Raises Unauthenticated.
    """
    here = instance.current()
    session_id = session_of(refresh_token)
    here.limiter.take("refresh", session_id[:64])

    async def change(tx: Transaction) -> schemas.RotatedTokens | None:
        session = await tx.session.get(Session, session_id)
        if session is None or session.revoked_at is not None or session.expires_at <= tx.now:
            raise Unauthenticated("session_over", details={"reason": "session_revoked"})
        user = await tx.session.get(User, session.user_id)
        if user is None or not user.is_active:
            raise Unauthenticated("session_over", details={"reason": "session_revoked"})
        following = here.tokens.next_refresh(refresh_token)
        presented = hash_refresh(refresh_token)
        if hmac.compare_digest(presented, session.refresh_hash):
            session.previous_refresh_hash, session.refresh_hash = presented, hash_refresh(following)
            session.rotated_at = session.last_activity_at = tx.now
            session.expires_at = tx.now + timedelta(days=SESSION_DAYS)
        elif not _is_in_grace(session, presented, following, tx):
            end(tx, [session], "session.reuse_detected", actor_id=session.user_id, ip=client.address)
            return None
        return schemas.RotatedTokens(
            access_token=here.tokens.issue_access(user.id, session.id, tx.now), refresh_token=following
        )

    rotated = await database.write(change)
    if rotated is None:  # told only now: the end of the session had to be committed
        raise Unauthenticated("session_over", details={"reason": "session_revoked"})
    return rotated


async def authenticate(token: object) -> Actor:
    """Who calls, by their access token. Raises TokenError; `session_revoked` when the session has ended."""
    claims = instance.current().tokens.read_access(token)
    async with database.read() as reading:
        return await _actor(reading, claims.session_id, claims.user_id)


async def authenticate_for_files(token: str) -> Actor:
    """Who asks for a file, by their browser's files token. Raises TokenError."""
    session_id = instance.current().tokens.find_files_session(token)
    if session_id is None:
        raise TokenError("token_invalid")
    async with database.read() as reading:
        return await _actor(reading, session_id)


def files_token(refresh_token: str) -> str:
    """The files token of a refresh token's session."""
    return instance.current().tokens.sign_files(session_of(refresh_token))


async def sign_out(session_id: str) -> None:
    """End a session; ending it again does nothing."""

    async def change(tx: Transaction) -> None:
        session = await tx.session.get(Session, session_id)
        if session is not None and session.revoked_at is None:
            end(tx, [session], "session.closed", actor_id=session.user_id)

    await database.write(change)


async def sign_out_by_token(refresh_token: str) -> None:
    """End the session of a refresh token; a token that is none ends nothing."""
    session_id = session_of(refresh_token)
    async with database.read() as reading:
        session = await reading.session.get(Session, session_id)
    presented = hash_refresh(refresh_token)
    if session is not None and presented in (session.refresh_hash, session.previous_refresh_hash):
        await sign_out(session_id)


async def list_sessions(actor: Actor) -> schemas.Sessions:
    """The person's signed-in devices, the most recently active first."""
    async with database.read() as reading:
        found = await reading.session.scalars(
            select(Session)
            .where(
                Session.user_id == actor.user_id,
                Session.revoked_at.is_(None),
                Session.expires_at > reading.now,
            )
            .order_by(Session.last_activity_at.desc(), Session.id)
        )
        return schemas.Sessions(
            sessions=[
                schemas.Session(
                    id=session.id,
                    device_name=session.device_name,
                    ip=session.ip,
                    user_agent=session.user_agent,
                    created_at=iso(session.created_at),
                    last_activity=iso(session.last_activity_at),
                    current=session.id == actor.session_id,
                )
                for session in found
            ]
        )


async def end_session(actor: Actor, session_id: str) -> None:
    """Sign one of one's own devices out. Raises NotFound."""

    async def change(tx: Transaction) -> None:
        session = await tx.session.get(Session, session_id)
        if session is None or session.user_id != actor.user_id or session.revoked_at is not None:
            raise NotFound
        end(tx, [session], "session.ended", actor_id=actor.user_id)

    await database.write(change)


async def end_other_sessions(actor: Actor) -> None:
    """Sign all of one's other devices out."""

    async def change(tx: Transaction) -> None:
        await end_sessions(tx, actor.user_id, "session.others_ended", besides=actor.session_id)

    await database.write(change)


async def touch(devices: Collection[tuple[str, str]]) -> None:
    """Remember that devices, pairs of a session's id and its user's, were active now."""

    async def change(tx: Transaction) -> None:
        sessions = [{"device": session_id, "now": tx.now} for session_id, _ in devices]
        _TOUCH_SESSION.execute(tx.connection, sessions)
        people = [{"who": user_id, "now": tx.now} for _, user_id in devices]
        _TOUCH_USER.execute(tx.connection, people)

    await database.write(change)


async def open_session(tx: Transaction, user: User, client: Client) -> SignedIn:
    """Sign a device in, as part of the change that lets it."""
    tokens = instance.current().tokens
    session_id = new_id()
    refresh_token = tokens.first_refresh(session_id)
    tx.session.add(
        Session(
            id=session_id,
            user_id=user.id,
            refresh_hash=hash_refresh(refresh_token),
            rotated_at=tx.now,
            device_name=device_name(client.user_agent),
            ip=client.address,
            user_agent=client.user_agent[:USER_AGENT_MAX_CHARS],
            created_at=tx.now,
            last_activity_at=tx.now,
            expires_at=tx.now + timedelta(days=SESSION_DAYS),
        )
    )
    return SignedIn(tokens.issue_access(user.id, session_id, tx.now), refresh_token, user)


async def _actor(reading: Reading, session_id: str, user_id: str | None = None) -> Actor:
    """Whose session it is; it must be `user_id`'s, when given. Raises TokenError."""
    wanted = {"session": session_id, "now": reading.now}
    row = (await reading.connection.execute(_FIND_ACTOR, wanted)).one_or_none()
    if row is None or user_id not in (None, row.id):
        raise TokenError("session_revoked")
    return Actor(row.id, session_id, row.name, row.role, row.locale)


def _is_in_grace(session: Session, presented: str, following: str, tx: Transaction) -> bool:
    """Whether `presented` is the token before the present one, and was so until a moment ago.

    Wall-clock time: a clock set back only lengthens the grace, a clock set forward ends it.
    """
    return (
        session.previous_refresh_hash is not None
        and hmac.compare_digest(presented, session.previous_refresh_hash)
        and hmac.compare_digest(hash_refresh(following), session.refresh_hash)
        and abs((tx.now - session.rotated_at).total_seconds()) <= REFRESH_GRACE_S
    )
