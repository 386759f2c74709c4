"""The description of the REST interface: whole, right by the rules of OpenAPI 3.1, and readable without a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from chat.api import NOUNS
from chat.api.registry import Route, routes
from chat.errors import ChatError
from tests.server import ServerProcess

assert NOUNS, "importing the nouns registers their routes"
NAME_OF_COMPONENT = re.compile(r"[a-zA-Z0-9._-]+")
each_route = pytest.mark.parametrize("route", routes.routes, ids=lambda route: route.name)


@pytest.fixture(scope="module")
async def document(shared_server: ServerProcess) -> Any:
    async with httpx.AsyncClient() as http:
        response = await http.get(f"{shared_server.url}/api/openapi.json")
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    return response.json()


def _operations(document: Any) -> Iterator[tuple[str, str, Any]]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield path, method, operation


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _resolve(document: Any, reference: str) -> Any:
    assert reference.startswith("#/"), reference
    found = document
    for part in reference[2:].split("/"):
        found = found[part.replace("~1", "/").replace("~0", "~")]
    return found


def test_document_says_what_it_is(document: Any) -> None:
    assert document["openapi"].startswith("3.1.")
    assert document["info"]["title"] == "Causerie"
    assert re.fullmatch(r"\d+\.\d+\.\d+", document["info"]["version"])
    assert all(NAME_OF_COMPONENT.fullmatch(name) for name in document["components"]["schemas"])


def test_every_reference_leads_somewhere(document: Any) -> None:
    references = set(_references(document))
    assert references
    assert [
        reference for reference in references if not isinstance(_resolve(document, reference), dict)
    ] == []


def test_operations_have_names_of_their_own(document: Any) -> None:
    names = [operation["operationId"] for _, _, operation in _operations(document)]
    assert len(names) == len(set(names))


def test_every_parameter_of_a_path_is_declared(document: Any) -> None:
    for path, _, operation in _operations(document):
        declared = [p["name"] for p in operation["parameters"] if p["in"] == "path"]
        assert sorted(declared) == sorted(re.findall(r"{(\w+)}", path))
        assert all(p["required"] for p in operation["parameters"] if p["in"] == "path")
        places = [(p["name"], p["in"]) for p in operation["parameters"]]
        assert len(places) == len(set(places))
        assert all("schema" in parameter for parameter in operation["parameters"])


def test_document_speaks_of_registered_routes_only(document: Any) -> None:
    described = {(path, method) for path, method, _ in _operations(document)}
    assert described == {(f"/api/{route.path}", route.method.lower()) for route in routes.routes}


@each_route
def test_route_is_described_with_its_statuses(document: Any, route: Route) -> None:
    operation = document["paths"][f"/api/{route.path}"][route.method.lower()]
    assert {str(route.status), "default"} <= set(operation["responses"])
    assert all(answer["description"] for answer in operation["responses"].values())
    assert bool(operation["security"]) is not route.is_public
    assert operation["summary"]
    if route.method == "GET":
        assert "requestBody" not in operation


def test_every_security_scheme_named_is_declared(document: Any) -> None:
    declared = set(document["components"]["securitySchemes"])
    named = {
        scheme
        for _, _, operation in _operations(document)
        for needs in operation["security"]
        for scheme in needs
    }
    assert named <= declared


def test_failure_lists_every_code_that_can_be_answered(document: Any) -> None:
    codes = {kind.code for kind in ChatError.__subclasses__()}
    assert set(document["components"]["schemas"]["Failure"]["properties"]["code"]["enum"]) == codes


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_reader_shows_every_route_and_loads_nothing_from_elsewhere(
    shared_server: ServerProcess, document: Any, language: str
) -> None:
    async with httpx.AsyncClient(headers={"Accept-Language": language}) as http:
        page = (await http.get(f"{shared_server.url}/api/docs")).text
    assert f'<html lang="{language}"' in page
    assert re.findall(r'(?:src|href)="(?!/|#)[^"]*"', page) == []
    assert "<script" not in page
    assert "api." not in re.sub(r"<[^>]*>", "", page), "a sentence without a translation"
    for _, _, operation in _operations(document):
        assert f'id="{operation["operationId"]}"' in page
    linked = set(re.findall(r'href="#([^"]+)"', page))
    assert linked <= set(re.findall(r'id="([^"]+)"', page))
