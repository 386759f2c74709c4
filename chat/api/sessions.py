"""Signing in and out, and signed-in devices."""

from __future__ import annotations

from quart import Response, request

from chat import instance
from chat.api.registry import failure, json_response, routes
from chat.caller import bearer_token, client, is_own, origin
from chat.errors import Forbidden, Unauthenticated
from chat.schemas import sessions as schemas
from chat.security import cookies
from chat.services import accounts, sessions
from chat.services.actor import Actor


@routes.on("POST", "auth/register", schemas.Register, schemas.Tokens, status=201, is_public=True)
async def register(command: schemas.Register) -> schemas.Tokens:
    """Make an account, by `invite` where one is needed, and sign in."""
    return (await accounts.register(command, client())).tokens()


@routes.on("POST", "auth/login", schemas.Login, schemas.Tokens, is_public=True)
async def login(command: schemas.Login) -> schemas.Tokens:
    """Sign in. The access token lasts 15 minutes, the refresh token gets the next one."""
    return (await accounts.sign_in(command, client())).tokens()


@routes.on("POST", "auth/refresh-token", schemas.RefreshToken, schemas.RotatedTokens, is_public=True)
async def refresh_token(command: schemas.RefreshToken) -> schemas.RotatedTokens | Response:
    """Rotate the token of the body; or that of the cookie, which then stays out of reach of scripts."""
    if command.refresh_token is not None:
        return await sessions.refresh(command.refresh_token, client())
    token = _cookie_token()
    if token is None:
        raise Unauthenticated("token_missing", details={"reason": "token_missing"})
    try:
        rotated = await sessions.refresh(token, client())
    except Unauthenticated as error:
        return cookies.clear(failure(error))
    response = json_response(schemas.AccessToken(access_token=rotated.access_token))
    return cookies.set_session(
        response,
        instance.current().tokens.read_access(rotated.access_token).user_id,
        rotated.refresh_token,
        sessions.files_token(rotated.refresh_token),
        is_secure=origin().scheme == "https",
    )


@routes.on("POST", "auth/logout", schemas.RefreshToken, status=204, is_public=True)
async def logout(command: schemas.RefreshToken) -> Response:
    """End the session of the access token, the refresh token or the cookie; ending none is fine too."""
    if bearer_token() is not None:
        await sessions.sign_out((await sessions.authenticate(bearer_token())).session_id)
    elif (token := command.refresh_token or _cookie_token()) is not None:
        await sessions.sign_out_by_token(token)
    return cookies.clear(Response(b"", status=204))


@routes.on("GET", "sessions", None, schemas.Sessions)
async def list_sessions(actor: Actor) -> schemas.Sessions:
    """One's signed-in devices, the most recently active first."""
    return await sessions.list_sessions(actor)


@routes.on("DELETE", "sessions", status=204)
async def end_other_sessions(actor: Actor) -> None:
    """Sign all of one's other devices out."""
    await sessions.end_other_sessions(actor)


@routes.on("DELETE", "sessions/{session_id}", status=204)
async def end_session(actor: Actor, session_id: str) -> None:
    """Sign one of one's devices out."""
    await sessions.end_session(actor, session_id)


def _cookie_token() -> str | None:
    """The refresh token of the cookie. Raises Forbidden when another site sent the browser here."""
    token = request.cookies.get(cookies.REFRESH)
    if token is not None and not is_own():
        raise Forbidden("foreign_origin")
    return token
