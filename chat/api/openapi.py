"""The description of the REST interface, made from the register of routes, and a page that reads it."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any

import msgspec
from quart import Blueprint, Response, render_template

from chat.api.registry import File, Route, json_response, routes
from chat.caller import locale
from chat.errors import ChatError
from chat.instance import VERSION

_BYTES = {"type": "string", "format": "binary"}
_FORM_WITH_FILE = {"type": "object", "required": ["file"], "properties": {"file": _BYTES}}
_REF = "#/components/schemas/{name}"


def attach(api: Blueprint) -> None:
    """Serve `openapi.json` and its reader, `docs`."""

    @api.get("/openapi.json")
    async def openapi() -> Response:
        return json_response(document())

    @api.get("/docs")
    async def docs() -> str:
        return await render_template("pages/api_docs.html", document=document(), language=locale())


@cache
def document() -> dict[str, Any]:
    """The interface as an OpenAPI 3.1 document."""
    shapes = [
        shape for route in routes.routes for shape in (route.shape, route.result) if shape not in (None, File)
    ]
    schemas, components = msgspec.json.schema_components(shapes, ref_template=_REF)
    by_shape = dict(zip(shapes, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes.routes:
        paths.setdefault(f"/api/{route.path}", {})[route.method.lower()] = _operation(
            route, by_shape, components
        )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Causerie",
            "version": VERSION,
            "description": "Real-time chat on one small machine. Times are ISO 8601 UTC with milliseconds.",
        },
        "paths": paths,
        "components": {
            "schemas": {**components, "Failure": _failure_schema()},
            "securitySchemes": {"accessToken": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _operation(route: Route, by_shape: dict[Any, Any], components: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.handler.__name__,
        "summary": route.handler.__name__.replace("_", " ").capitalize(),
        "tags": [route.path.split("/", maxsplit=1)[0]],
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in route.parameters
        ],
        "responses": {
            str(route.status): _answer(route, by_shape),
            "default": {
                "description": "Failure",
                "content": {"application/json": {"schema": {"$ref": _REF.format(name="Failure")}}},
            },
        },
        "security": [] if route.is_public else [{"accessToken": []}],
    }
    if description := inspect.getdoc(route.handler):
        operation["description"] = description
    if route.shape is not None and route.takes_query:
        operation["parameters"] += _query_parameters(components[route.shape.__name__])
    elif route.takes_file:
        operation["requestBody"] = {"content": {"multipart/form-data": {"schema": _FORM_WITH_FILE}}}
    elif route.shape is not None:
        operation["requestBody"] = {"content": {"application/json": {"schema": by_shape[route.shape]}}}
    return operation


def _answer(route: Route, by_shape: dict[Any, Any]) -> dict[str, Any]:
    if route.result is None:
        return {"description": "Done"}
    if route.result is File:
        return {"description": "The bytes", "content": {"application/octet-stream": {"schema": _BYTES}}}
    return {
        "description": route.result.__name__,
        "content": {"application/json": {"schema": by_shape[route.result]}},
    }


def _query_parameters(component: dict[str, Any]) -> list[dict[str, Any]]:
    required = component.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": schema}
        for name, schema in component["properties"].items()
    ]


def _failure_schema() -> dict[str, Any]:
    codes = sorted({kind.code for kind in ChatError.__subclasses__()})
    return {
        "type": "object",
        "required": ["success", "code", "error"],
        "properties": {
            "success": {"const": False},
            "code": {"enum": codes},
            "error": {"type": "string", "description": "One sentence for people, in their language"},
            "details": {"type": "object"},
            "retryAfter": {"type": "number", "description": "Seconds"},
        },
    }
