"""People."""

from __future__ import annotations

from chat.api.registry import routes
from chat.schemas import users as schemas
from chat.services import users
from chat.services.actor import Actor


@routes.on("GET", "users/me", None, schemas.Me)
async def get_me(actor: Actor) -> schemas.Me:
    return await users.get_me(actor)


@routes.on("PATCH", "users/me", schemas.UpdateMe, schemas.Me)
async def update_me(actor: Actor, command: schemas.UpdateMe) -> schemas.Me:
    return await users.update_me(actor, command)


@routes.on("DELETE", "users/me", schemas.ConfirmPassword, status=204)
async def delete_me(actor: Actor, command: schemas.ConfirmPassword) -> None:
    await users.delete_me(actor, command)


@routes.on("POST", "users/me/password", schemas.ChangePassword, status=204)
async def change_password(actor: Actor, command: schemas.ChangePassword) -> None:
    await users.change_password(actor, command)


@routes.on("GET", "users", schemas.ListUsers, schemas.Users)
async def list_users(actor: Actor, query: schemas.ListUsers) -> schemas.Users:
    return await users.list_users(actor, query)


@routes.on("GET", "users/{user_id}", None, schemas.User)
async def get_user(actor: Actor, user_id: str) -> schemas.User:
    return await users.get_user(actor, user_id)
