"""Making an account and signing in, by forms that work without a script."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from quart import Blueprint, Response, redirect, render_template, request
from quart.typing import ResponseReturnValue

from chat.caller import client, is_own, origin
from chat.errors import ChatError, Forbidden
from chat.pages.context import LANGUAGE_COOKIE, page_locale
from chat.pages.errors import error_page
from chat.schemas import sessions as schemas
from chat.schemas.base import decode
from chat.security import cookies
from chat.services import accounts, invitations, sessions
from chat.services.sessions import Client, SignedIn

_YEAR_S = 365 * 24 * 3600
_FIELDS = ("name", "email", "password", "next", "token")
_FIELD_MAX_CHARS = 2000

pages = Blueprint("session", __name__)

SignIn = Callable[[dict[str, str], Client], Awaitable[SignedIn]]


@pages.get("/setup")
async def setup() -> ResponseReturnValue:
    if not await accounts.needs_owner():
        return redirect("/login")
    return await _page("pages/setup.html", token=request.args.get("token", ""))


@pages.post("/setup")
async def make_owner() -> ResponseReturnValue:
    async def sign_in(form: dict[str, str], device: Client) -> SignedIn:
        if not await accounts.needs_owner():
            raise Forbidden("owner_exists")
        return await accounts.register(_registration(form, setup_token=form["token"]), device)

    return await _submit("pages/setup.html", sign_in)


@pages.get("/login")
async def login() -> ResponseReturnValue:
    if await accounts.needs_owner():
        return redirect("/setup")
    return await _page("pages/login.html", form={"next": request.args.get("next", "")})


@pages.post("/login")
async def sign_in() -> ResponseReturnValue:
    async def sign_in(form: dict[str, str], device: Client) -> SignedIn:
        return await accounts.sign_in(schemas.Login(email=form["email"], password=form["password"]), device)

    return await _submit("pages/login.html", sign_in)


@pages.get("/join/<token>")
async def join(token: str) -> ResponseReturnValue:
    try:
        inviter = await invitations.inviter_name(token)
    except ChatError as error:
        return await error_page(error)
    return await _page("pages/join.html", inviter_name=inviter)


@pages.post("/join/<token>")
async def make_account(token: str) -> ResponseReturnValue:
    async def sign_in(form: dict[str, str], device: Client) -> SignedIn:
        return await accounts.register(_registration(form, invite=token), device)

    try:
        inviter = await invitations.inviter_name(token)
    except ChatError as error:
        return await error_page(error)
    return await _submit("pages/join.html", sign_in, inviter_name=inviter)


async def _submit(template: str, sign_in: SignIn, **values: Any) -> ResponseReturnValue:
    """Sign in with what the form says: on to the chat with the cookies set, or the form again with what is wrong."""
    sent = await request.form
    form = {name: sent.get(name, "")[:_FIELD_MAX_CHARS] for name in _FIELDS}
    try:
        if not is_own():
            raise Forbidden("foreign_origin")
        signed_in = await sign_in(form, client(page_locale()))
    except ChatError as error:
        return await _page(
            template, error.status, form=form, errors=_errors(error), token=form["token"], **values
        )
    response: Response = redirect(_next(form["next"]), 303)  # type: ignore[assignment]
    return cookies.set_session(
        response,
        signed_in.user.id,
        signed_in.refresh_token,
        sessions.files_token(signed_in.refresh_token),
        is_secure=origin().scheme == "https",
    )


async def _page(template: str, status: int = 200, **values: Any) -> ResponseReturnValue:
    """A page with a form: `form` holds what was typed, `errors` what is wrong with it, by field."""
    form = dict.fromkeys(_FIELDS, "") | values.pop("form", {})
    form["password"] = ""  # never sent back
    html = await render_template(template, **{"form": form, "errors": {}, "token": ""} | values)
    response = Response(html, status=status, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    if request.args.get("lang") == page_locale():
        response.set_cookie(LANGUAGE_COOKIE, page_locale(), max_age=_YEAR_S, samesite="Lax")
    return response


def _errors(error: ChatError) -> dict[str, str]:
    field = (error.details or {}).get("field")
    return {field if field in _FIELDS else "form": error.sentence(page_locale())}


def _registration(
    form: dict[str, str], *, invite: str | None = None, setup_token: str | None = None
) -> schemas.Register:
    return decode(
        {
            "name": form["name"],
            "email": form["email"],
            "password": form["password"],
            "invite": invite,
            "setupToken": setup_token,
        },
        schemas.Register,
    )


def _next(value: str) -> str:
    """Where to go after signing in: a path of ours, whatever the link said."""
    is_ours = value.startswith("/") and not value.startswith(("//", "/\\")) and value.isprintable()
    return value if is_ours else "/"
