"""The house's other rules that a file can break: where the environment is read, who emits, how long a file may be."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, javascript_files, python_files

LONGEST_FILE_LINES = 400
NOT_OURS = {"vendor", "node_modules", "results"}
CONFIG = "chat/config.py"
SETTING = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")
DOCUMENTS = ("README.md", "docs/configuration.md")

# A folder of somebody's own machine. The look-behind lets addresses such as https://example.org/home/x pass.
MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:root|home|Users|work)/[\w.-]")
PUBLISHED = ("*.md", "*.py", "*.js", "*.css", "*.html", "*.toml", "*.txt", "*.ini", "*.yml", "*.yaml", "*.sh")
PUBLISHED_FOLDERS = (
    "bin",
    "chat",
    "docs",
    "deploy",
    "migrations",
    "static",
    "templates",
    "tests",
    "benchmarks",
)


def _environment_readings(source: str) -> list[int]:
    """Lines that read the environment: os.environ, os.getenv and their like, click's envvar."""
    readers = {"environ", "environb", "getenv", "getenvb"}
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(value=ast.Name(id="os"), attr=name) if name in readers:
                found.append(node.lineno)
            case ast.ImportFrom(module="os", names=names) if readers & {alias.name for alias in names}:
                found.append(node.lineno)
            case ast.keyword(arg="envvar" | "auto_envvar_prefix"):
                found.append(node.value.lineno)
    return found


def test_only_the_settings_read_the_environment() -> None:
    sources = python_files()
    assert _environment_readings(sources[CONFIG])
    assert {path for path in sources if path != CONFIG and _environment_readings(sources[path])} == set()


@pytest.mark.parametrize(
    "planted",
    [
        "import os\nport = os.environ['PORT']",
        "import os\nport = os.getenv('PORT')",
        "from os import environ",
        "from os import getenv as read",
        "import click\nclick.option('--port', envvar='PORT')",
    ],
)
def test_a_planted_reading_of_the_environment_is_caught(planted: str) -> None:
    assert _environment_readings(planted)


def test_the_environ_of_a_connection_is_not_caught() -> None:
    assert _environment_readings("def connect(sid, environ):\n    return environ['asgi.scope']") == []


def _emits(source: str) -> list[int]:
    """Lines that send to clients: Socket.IO's emit and the fan-out's broadcast."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"emit", "broadcast"}
    ]


def test_only_sockets_emit() -> None:
    emitters = {path for path, source in python_files().items() if _emits(source)}
    assert "chat/sockets/broadcast.py" in emitters
    assert {path for path in emitters if not path.startswith(("chat/sockets/", "chat/transport/"))} == set()


@pytest.mark.parametrize("way", ["await sio.emit('x', {})", "self._rooms.broadcast(room, packet)"])
def test_a_planted_emit_is_caught(way: str) -> None:
    assert _emits(f"async def send(self, sio):\n    {way}")


def _settings(source: str) -> set[str]:
    """Names that config.py looks up: env.get("X"), env["X"] and helpers that are given env and "X"."""
    return {
        name for node in ast.walk(ast.parse(source)) for name in _looked_up(node) if SETTING.fullmatch(name)
    }


def _looked_up(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Call(func=func, args=args) if any(
            isinstance(part, ast.Name) and part.id in {"env", "environ"}
            for part in (func.value if isinstance(func, ast.Attribute) else None, *args)
        ):
            yield from (
                arg.value for arg in args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
            )
        case ast.Subscript(value=ast.Name(id="env" | "environ"), slice=ast.Constant(value=str(name))):
            yield name


def _undocumented(settings: set[str], text: str) -> set[str]:
    return {name for name in settings if not re.search(rf"`{name}\b", text)}


def test_every_setting_is_documented() -> None:
    settings = _settings((ROOT / CONFIG).read_text(encoding="utf-8"))
    assert {"PORT", "JWT_SECRET", "REGISTRATION", "RATE_LIMITS", "TRUSTED_PROXIES"} <= settings
    pages = [ROOT / name for name in DOCUMENTS]
    assert (
        _undocumented(settings, "\n".join(page.read_text("utf-8") for page in pages if page.exists()))
        == set()
    )


def test_a_setting_without_its_entry_is_caught() -> None:
    planted = 'host = env.get("HOST") or "X"\nport = _number(env, "NEW_PORT", 1)\nsecret = env["KEY"]'
    assert _settings(planted) == {"HOST", "NEW_PORT", "KEY"}
    assert _undocumented(_settings(planted), "`HOST` and `KEY=…`, but NEW_PORT only in passing") == {
        "NEW_PORT"
    }


def _too_long(sources: dict[str, str]) -> dict[str, int]:
    lengths = {path: len(source.splitlines()) for path, source in sources.items()}
    return {path: length for path, length in lengths.items() if length > LONGEST_FILE_LINES}


def test_no_file_is_too_long_to_read() -> None:
    assert _too_long(python_files() | javascript_files()) == {}


def test_a_file_that_is_too_long_is_caught() -> None:
    assert _too_long({"long.py": "\n" * 401, "fine.py": "\n" * 400}) == {"long.py": 401}


def _published() -> Iterator[Path]:
    for pattern in PUBLISHED:
        yield from ROOT.glob(pattern)
        for folder in PUBLISHED_FOLDERS:
            yield from (path for path in (ROOT / folder).rglob(pattern) if NOT_OURS.isdisjoint(path.parts))
    yield from (path for path in (ROOT / "bin").iterdir() if path.is_file())
    yield ROOT / ".ci/run"


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    assert {path for path in _published() if MACHINE_PATH.search(path.read_text(encoding="utf-8"))} == set()


@pytest.mark.parametrize("folder", ["root", "home", "Users", "work"])
def test_a_planted_path_of_a_machine_is_caught(folder: str) -> None:
    assert MACHINE_PATH.search(f"cd '/{folder}/someone/chat'")
    assert MACHINE_PATH.search(f"PATH=/{folder}/.local")
    assert not MACHINE_PATH.search(f"https://example.org/{folder}/page")
