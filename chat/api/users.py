"""People."""

from __future__ import annotations

from chat.api.registry import routes
from chat.schemas import users as schemas
from chat.services import users
from chat.services.actor import Actor


@routes.on("GET", "users/me", None, schemas.Me)
async def get_me(actor: Actor) -> schemas.Me:
    """Oneself."""
    return await users.get_me(actor)


@routes.on("PATCH", "users/me", schemas.UpdateMe, schemas.Me)
async def update_me(actor: Actor, command: schemas.UpdateMe) -> schemas.Me:
    """Change one's own name, language, theme or read receipts; what is not given stays."""
    return await users.update_me(actor, command)


@routes.on("DELETE", "users/me", schemas.ConfirmPassword, status=204)
async def delete_me(actor: Actor, command: schemas.ConfirmPassword) -> None:
    """Close one's account, with the password once more: name and address go, what was said stays. Not the owner."""
    await users.delete_me(actor, command)


@routes.on("POST", "users/me/password", schemas.ChangePassword, status=204)
async def change_password(actor: Actor, command: schemas.ChangePassword) -> None:
    """Change one's password; signs all other devices out."""
    await users.change_password(actor, command)


@routes.on("GET", "users", schemas.ListUsers, schemas.Users)
async def list_users(actor: Actor, query: schemas.ListUsers) -> schemas.Users:
    """The people here by name, oneself left out; `query` is any part of a name."""
    return await users.list_users(actor, query)


@routes.on("GET", "users/{user_id}", None, schemas.User)
async def get_user(actor: Actor, user_id: str) -> schemas.User:
    """One person, as everybody here sees them."""
    return await users.get_user(actor, user_id)
