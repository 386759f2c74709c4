"""The register of routes: what is not registered here does not exist.

Each entry serves everything that must know the route: decoding, limits, the answer, the authorisation matrix, OpenAPI.
"""

from __future__ import annotations

import gzip
import math
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import msgspec
import structlog
from quart import Blueprint, Response, request

from chat import instance, metrics
from chat.caller import accepts_gzip, bearer_token, files_token, locale
from chat.errors import ChatError, Internal
from chat.schemas.base import Schema, decode, decode_json
from chat.services import sessions
from chat.services.actor import Actor

log = structlog.get_logger(__name__)

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
PREFIX = "/api/"
# A page of 50 messages: 0.1 ms for a sixth of its size. The next levels take as long again for a tenth less.
COMPRESSION_LEVEL = 1
Handler = TypeVar("Handler", bound=Callable[..., Awaitable[Any]])


class File:
    """In the place of a shape: bytes, as a form's part `file` on their way in, as they are on their way out."""


@dataclass(frozen=True, slots=True)
class Route:
    """One route: what it takes, what it gives, whom it serves, which limit it counts against."""

    method: Method
    path: str
    handler: Callable[..., Awaitable[Any]]
    shape: type[Any] | None
    result: type[Any] | None
    status: int
    limit: str | None
    is_public: bool

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def takes_query(self) -> bool:
        return self.method == "GET"

    @property
    def takes_file(self) -> bool:
        return self.shape is File

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)

    async def __call__(self, **parameters: str) -> Response:
        """Answer a request; never raises."""
        try:
            arguments = await self._arguments(parameters)
            response = self._response(await self.handler(*arguments))
        except ChatError as error:
            response = failure(error)
        except Exception:
            log.exception("request_failed", route=self.name)
            response = failure(Internal())
        metrics.requests.labels(self.name, response.status_code).inc()
        return response

    async def _arguments(self, parameters: dict[str, str]) -> list[Any]:
        """What the handler gets: the actor (unless the route is public), the path's ids, the decoded input."""
        arguments: list[Any] = []
        if not self.is_public:
            actor = await self._caller()
            if self.limit is not None:
                instance.current().limiter.take(self.limit, actor.user_id)
            arguments.append(actor)
        arguments += [parameters[name] for name in self.parameters]
        if self.shape is not None and not self.takes_file:
            arguments.append(await self._input(self.shape))
        return arguments

    async def _caller(self) -> Actor:
        """Who asks: by the access token; for a file also by the cookie, since pages show files without a script."""
        if self.result is File and bearer_token() is None and (token := files_token()) is not None:
            return await sessions.authenticate_for_files(token)
        return await sessions.authenticate(bearer_token())

    async def _input(self, shape: type[Any]) -> Any:
        if self.takes_query:
            return decode(request.args.to_dict(), shape, strict=False)
        body: bytes = await request.get_data()  # type: ignore[assignment]
        return decode_json(body or b"{}", shape)

    def _response(self, result: Any) -> Response:
        """A handler answers with a schema, with one and its status, with a whole response, or with nothing."""
        if isinstance(result, Response):
            return result
        status = self.status
        if isinstance(result, tuple):
            result, status = result
        if result is None:
            return Response(b"", status=204)
        return json_response(result, status)


class Registry:
    """All routes, in the order of their registration."""

    def __init__(self) -> None:
        self.routes: list[Route] = []

    def on(
        self,
        method: Method,
        path: str,
        shape: type[Any] | None = None,
        result: type[Any] | None = None,
        *,
        status: int = 200,
        limit: str | None = "request",
        is_public: bool = False,
    ) -> Callable[[Handler], Handler]:
        """Register a handler. `{names}` in the path come as arguments after the actor, the decoded input last.

        With `File` as its shape it reads the body itself, by `chat.api.uploads`; with `File` as its result it answers
        by `chat.api.downloads`, and knows its caller by the files cookie too.
        """

        def register(handler: Handler) -> Handler:
            self.routes.append(Route(method, path, handler, shape, result, status, limit, is_public))
            return handler

        return register

    def is_upload(self, method: str, path: str) -> bool:
        """Whether a request to `path`, under `/api/`, is one whose body is a file."""
        return any(
            route.takes_file
            and route.method == method
            and re.fullmatch(re.sub(r"{\w+}", "[^/]+", route.path), path)
            for route in self.routes
        )

    def attach(self, blueprint: Blueprint) -> None:
        for route in self.routes:
            rule = "/" + re.sub(r"{(\w+)}", r"<\1>", route.path)
            blueprint.add_url_rule(rule, route.name, route.__call__, methods=[route.method])


def json_response(
    body: Schema | dict[str, Any], status: int = 200, *, is_compressed: bool = False
) -> Response:
    """An answer in JSON that nobody on the way keeps: it is one person's own, often a token (RFC 6749, section 5.1).

    `is_compressed` is for answers in which there is nothing to guess: whoever can put text into one may read all of it.
    Elsewhere the length of what is compressed would tell how much of a guess was right (BREACH).
    """
    content = msgspec.json.encode(body)
    as_gzip = is_compressed and accepts_gzip()
    if as_gzip:
        content = gzip.compress(content, COMPRESSION_LEVEL, mtime=0)
    response = Response(content, status=status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    if is_compressed:
        response.headers["Vary"] = "Accept-Encoding"
    if as_gzip:
        response.headers["Content-Encoding"] = "gzip"
    return response


def failure(error: ChatError) -> Response:
    """A failure in the one shape, with the status of its code."""
    response = json_response(error.body(locale()), error.status)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(math.ceil(error.retry_after))
    return response


def is_upload(scope: Any) -> bool:
    """Whether an ASGI scope is that of a route which takes a file."""
    path: str = scope["path"]
    return path.startswith(PREFIX) and routes.is_upload(scope["method"], path.removeprefix(PREFIX))


routes = Registry()
