"""People: how they are shown, found, and how they change what is theirs."""

from __future__ import annotations

from sqlalchemy import select

from chat import database
from chat.database import Reading, Transaction
from chat.errors import NotFound
from chat.models import User
from chat.schemas import users as schemas
from chat.services import access
from chat.services.actor import Actor
from chat.services.presence import presence
from chat.times import iso_or_none


def summary(user: User) -> schemas.UserSummary:
    return schemas.UserSummary(id=user.id, name=user.name, avatar=user.avatar)


def show(user: User) -> schemas.User:
    return schemas.User(
        id=user.id,
        name=user.name,
        avatar=user.avatar,
        is_online=presence.is_online(user.id),
        last_seen=iso_or_none(user.last_seen_at),
    )


def show_me(user: User) -> schemas.Me:
    return schemas.Me(
        id=user.id,
        name=user.name,
        avatar=user.avatar,
        is_online=presence.is_online(user.id),
        last_seen=iso_or_none(user.last_seen_at),
        email=user.email,
        locale=user.locale,  # type: ignore[arg-type]  # checked when it was stored
        theme=user.theme,  # type: ignore[arg-type]
        read_receipts=user.read_receipts,
        role=user.role,
    )


async def get_me(actor: Actor) -> schemas.Me:
    async with database.read() as reading:
        return show_me(await access.user(reading, actor.user_id))


async def update_me(actor: Actor, command: schemas.UpdateMe) -> schemas.Me:
    """Change one's own name, language, theme or read receipts; what is not given stays."""

    async def change(tx: Transaction) -> schemas.Me:
        user = await access.user(tx, actor.user_id)
        if command.name is not None:
            user.name = command.name
        if command.locale is not None:
            user.locale = command.locale
        if command.theme is not None:
            user.theme = command.theme
        if command.read_receipts is not None:
            user.read_receipts = command.read_receipts
        return show_me(user)

    return await database.write(change)


async def get_user(user_id: str) -> schemas.User:
    async with database.read() as reading:
        return show(await access.user(reading, user_id))


async def list_users(actor: Actor, command: schemas.ListUsers) -> schemas.Users:
    """The instance's people by name, others than oneself; `query` is any part of a name, in any case.

    The cursor is the id of the last person of the page before.
    """
    async with database.read() as reading:
        query = (
            select(User)
            .where(User.id != actor.user_id, User.disabled_at.is_(None), User.deleted_at.is_(None))
            .order_by(User.name, User.id)
            .limit(command.limit + 1)
        )
        if command.query:
            query = query.where(User.name.icontains(command.query, autoescape=True))
        if command.cursor:
            last = await reading.session.get(User, command.cursor)
            if last is None:
                raise NotFound
            query = query.where((User.name > last.name) | ((User.name == last.name) & (User.id > last.id)))
        found = list(await reading.session.scalars(query))
    page = found[: command.limit]
    has_more = len(found) > command.limit
    if not has_more:
        return schemas.Users(users=[show(user) for user in page], has_more=False)
    return schemas.Users(users=[show(user) for user in page], has_more=True, next_cursor=page[-1].id)


async def summaries(reading: Reading, user_ids: set[str]) -> dict[str, schemas.UserSummary]:
    """The people beside messages, all in one query."""
    if not user_ids:
        return {}
    rows = await reading.session.execute(
        select(User.id, User.name, User.avatar).where(User.id.in_(user_ids))
    )
    return {id_: schemas.UserSummary(id=id_, name=name, avatar=avatar) for id_, name, avatar in rows}
