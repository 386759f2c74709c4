"""People: how they are shown, found, and how they change what is theirs."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select, tuple_

from chat import database, instance
from chat.database import Transaction
from chat.errors import Conflict, Forbidden, NotFound
from chat.events import AccountChanged, UserUpdated
from chat.models import User
from chat.schemas import users as schemas
from chat.security import passwords
from chat.services import access
from chat.services.acquaintances import acquaintances
from chat.services.actor import Actor
from chat.services.presence import presence
from chat.services.session_ends import end_sessions
from chat.times import iso_or_none

# What stands beside the messages of a closed account, in both languages.
DELETED_NAME = "—"


def summary(user: User) -> schemas.UserSummary:
    return schemas.UserSummary(id=user.id, name=user.name, avatar=user.avatar)


def account_changed(user: User) -> AccountChanged:
    """The fact for an account as it is now."""
    return AccountChanged(user=summary(user), is_active=user.is_active, shows_reading=user.read_receipts)


def user_updated(user: User) -> UserUpdated:
    """The fact that others see the person otherwise from now on."""
    return UserUpdated(user_id=user.id, name=user.name, avatar=user.avatar)


def show(user: User, viewer_id: str) -> schemas.User:
    """A person as another one may see them."""
    return schemas.User(
        id=user.id,
        name=user.name,
        avatar=user.avatar,
        is_online=acquaintances.is_online_for(viewer_id, user.id),
        last_seen=acquaintances.last_seen_for(viewer_id, user.id, user.last_seen_at),
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
        is_renamed = command.name is not None and command.name != user.name
        if command.name is not None:
            user.name = command.name
        if command.locale is not None:
            user.locale = command.locale
        if command.theme is not None:
            user.theme = command.theme
        if command.read_receipts is not None:
            user.read_receipts = command.read_receipts
        tx.record(account_changed(user))
        if is_renamed:
            tx.record(user_updated(user))
        return show_me(user)

    return await database.write(change)


async def get_user(actor: Actor, user_id: str) -> schemas.User:
    async with database.read() as reading:
        return show(await access.user(reading, user_id), actor.user_id)


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
            query = query.where(after(last))
        found = list(await reading.session.scalars(query))
    page = found[: command.limit]
    has_more = len(found) > command.limit
    if not has_more:
        return schemas.Users(users=[show(user, actor.user_id) for user in page], has_more=False)
    return schemas.Users(
        users=[show(user, actor.user_id) for user in page], has_more=True, next_cursor=page[-1].id
    )


def after(last: User) -> ColumnElement[bool]:
    """What comes behind a person in a list by name."""
    return tuple_(User.name, User.id) > (last.name, last.id)


async def change_password(actor: Actor, command: schemas.ChangePassword) -> None:
    """Set another password; all other devices are signed out.

    Raises Forbidden for a wrong present password, BadRequest for a weak new one, RateLimited on guessing.
    """
    user = await _confirmed(actor, command.current_password, "currentPassword")
    passwords.require_strong(command.new_password, person=(user.name, user.email))
    password_hash = await instance.current().passwords.hash(command.new_password)

    async def change(tx: Transaction) -> None:
        found = await access.user(tx, actor.user_id)
        found.password_hash = password_hash
        await end_sessions(tx, actor.user_id, "password.changed", besides=actor.session_id)

    await database.write(change)


async def delete_me(actor: Actor, command: schemas.ConfirmPassword) -> None:
    """Close one's account: signed out everywhere, out of sight, name and address emptied; what was said stays.

    Raises Forbidden for a wrong password, Conflict for the owner of the instance.
    """
    if actor.role == "owner":
        raise Conflict("owner_stays")
    await _confirmed(actor, command.password, "password")

    async def change(tx: Transaction) -> None:
        found = await access.user(tx, actor.user_id)
        found.deleted_at = tx.now
        found.name, found.avatar = DELETED_NAME, None
        found.email = f"{found.id}@deleted.invalid"
        found.password_hash = ""
        tx.record(account_changed(found))
        tx.record(user_updated(found))
        await end_sessions(tx, actor.user_id, "account.deleted")

    await database.write(change)


async def _confirmed(actor: Actor, password: str, field: str) -> User:
    """The actor's account, once they have shown that they know its password."""
    instance.current().limiter.take("sign_in", f"{actor.user_id}|confirm")
    async with database.read() as reading:
        user = await access.user(reading, actor.user_id)
    if not await instance.current().passwords.verify(password, user.password_hash):
        raise Forbidden("wrong_password", details={"field": field})
    return user
