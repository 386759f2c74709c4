"""Reads the project's own sources for the tests beside this file: what a file imports, what its code says."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]

# A comment, or one of the things inside which `//` and `/*` are no comment.
JAVASCRIPT_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      | (?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
      | (?P<template>`(?:\\.|[^`\\])*`)
      | (?P<regex>(?<=[=(,:;!&|?{}\[])\s*/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/)""",
    re.DOTALL | re.VERBOSE,
)
JAVASCRIPT_IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*(?P<quote>["'])(?P<what>[^"'\n]+)(?P=quote)""")


def python_files() -> dict[str, str]:
    """Map each Python file of the server (its path from the root, with slashes) to its source."""
    return _files("chat", "**/*.py") | _files(".", "app.py")


def javascript_files() -> dict[str, str]:
    """Map each of our own JavaScript files (nothing vendored) to its source."""
    return _files("static/js", "**/*.js")


def _files(under: str, pattern: str) -> dict[str, str]:
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted((ROOT / under).glob(pattern))
    }


def python_imports(path: str, source: str) -> set[str]:
    """Return the dotted names that a file imports, wherever in it: `from chat import api` gives chat and chat.api.

    Imports for the type checker alone count: naming a thing is knowing it.
    """
    return {name for node in ast.walk(ast.parse(source)) for name in _imported(node, path)}


def _imported(node: ast.AST, path: str) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            start = _package(path, level) if level else ""
            base = ".".join(part for part in (start, module) if part)
            yield base
            yield from (f"{base}.{alias.name}" for alias in names)
        case ast.Call(
            func=ast.Name(id="import_module" | "__import__") | ast.Attribute(attr="import_module"),
            args=[ast.Constant(value=str(name)), *_],
        ):
            yield name


def _package(path: str, level: int) -> str:
    return ".".join(PurePosixPath(path).parts[:-level])


def is_within(name: str, module: str) -> bool:
    """Tell whether a dotted name is a module or something in it."""
    return name == module or name.startswith(f"{module}.")


def javascript_code(source: str, *, strings: bool = True) -> str:
    """Return a script without its comments, and without its quoted strings unless `strings`."""

    def keep(match: re.Match[str]) -> str:
        if match["comment"]:
            return " "
        return match[0] if strings or not match["string"] else '""'

    return JAVASCRIPT_TOKEN.sub(keep, source)


def javascript_imports(path: str, source: str) -> set[str]:
    """Return the files and packages that a script imports; its own neighbours as paths from the project's root."""
    found = JAVASCRIPT_IMPORT.finditer(javascript_code(source))
    return {_resolved(path, match["what"]) for match in found}


def _resolved(path: str, what: str) -> str:
    if what.startswith("."):
        parts: list[str] = []
        for part in (PurePosixPath(path).parent / what).parts:
            if part == "..":
                parts.pop()
            elif part != ".":
                parts.append(part)
        return "/".join(parts)
    return what.removeprefix("/")
