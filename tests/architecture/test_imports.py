"""Who may know whom on the server: the rules of the house, read from the imports of every file."""

from dataclasses import dataclass

import pytest

from tests.architecture.sources import is_within, python_files, python_imports


@dataclass(frozen=True)
class Rule:
    """Files within `inside` import none of `never`, except the files within `unless`."""

    inside: tuple[str, ...]
    never: tuple[str, ...]
    unless: tuple[str, ...] = ()

    def covers(self, path: str) -> bool:
        return path.startswith(self.inside) and not (self.unless and path.startswith(self.unless))

    def violations(self, path: str, source: str) -> list[str]:
        if not self.covers(path):
            return []
        imported = python_imports(path, source)
        return sorted(
            f"{path} imports {name}" for name in imported if any(is_within(name, bad) for bad in self.never)
        )


TRANSPORTS = ("chat.sockets", "chat.api", "chat.pages", "chat.transport")
WEB = ("quart", "werkzeug", "socketio", "engineio", "hypercorn")
STORAGE = ("chat.models", "chat.database", "chat.migrate", "sqlalchemy", "aiosqlite", "sqlite3")

RULES = {
    "services know no transport": Rule(inside=("chat/services/",), never=(*WEB, *TRANSPORTS)),
    "sockets know neither the other doors nor storage": Rule(
        inside=("chat/sockets/",), never=("chat.api", "chat.pages", *STORAGE)
    ),
    "api knows neither the other doors nor storage": Rule(
        inside=("chat/api/",), never=("chat.sockets", "chat.pages", *STORAGE)
    ),
    "pages know neither the other doors nor storage": Rule(
        inside=("chat/pages/",), never=("chat.sockets", "chat.api", *STORAGE)
    ),
    "schemas are plain values": Rule(
        inside=("chat/schemas/",),
        never=("chat.services", "chat.security", "chat.instance", *STORAGE, *TRANSPORTS, *WEB),
    ),
    "models are tables only": Rule(
        inside=("chat/models/",),
        never=("chat.services", "chat.database", "chat.security", *TRANSPORTS, *WEB),
    ),
    "the database knows no rule and no door": Rule(
        inside=("chat/database.py",), never=("chat.services", "chat.security", *TRANSPORTS, *WEB)
    ),
    "security judges without knowing who asks": Rule(
        inside=("chat/security/",), never=("chat.services", *STORAGE, *TRANSPORTS, "socketio", "engineio")
    ),
    "files know neither rules nor doors": Rule(
        inside=("chat/files/",),
        never=("chat.services", "chat.schemas", "chat.events", *STORAGE, *TRANSPORTS, *WEB),
    ),
    "pictures are decoded in the worker alone": Rule(
        inside=("chat/", "app.py"), never=("PIL", "filetype", "tinytag"), unless=("chat/files/worker.py",)
    ),
    "what everything may use uses nothing of it": Rule(
        inside=("chat/events.py", "chat/errors.py", "chat/config.py"),
        never=("chat.services", "chat.security", *STORAGE, *TRANSPORTS, *WEB),
    ),
    "the transport's inside knows nothing of chat": Rule(
        inside=("chat/transport/",),
        never=tuple(
            f"chat.{part}"
            for part in ("services", "schemas", "models", "database", "events", "sockets", "api", "pages")
        ),
    ),
    "only transport/ leans on the server's inside": Rule(
        inside=("chat/", "app.py"),
        never=("hypercorn", "engineio", "uvloop", "wsproto", "h11", "h2"),
        unless=("chat/transport/", "chat/bench/"),
    ),
    "the load generator is a client": Rule(
        inside=("chat/bench/",),
        never=(
            "hypercorn",
            "engineio",
            "socketio",
            "quart",
            *STORAGE,
            *TRANSPORTS,
            *(f"chat.{part}" for part in ("services", "schemas", "security", "events", "instance", "demo")),
        ),
    ),
    "Socket.IO is spoken in sockets/, transport/ and the wiring": Rule(
        inside=("chat/",),
        never=("socketio",),
        unless=("chat/sockets/", "chat/transport/", "chat/__init__.py"),
    ),
    "only broadcast.py hears facts among the sockets": Rule(
        inside=("chat/sockets/",), never=("chat.events",), unless=("chat/sockets/broadcast.py",)
    ),
}

each_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())


@each_rule
def test_every_file_keeps_to_the_rule(rule: Rule) -> None:
    sources = python_files()
    assert [violation for path in sources for violation in rule.violations(path, sources[path])] == []


@each_rule
def test_the_rule_speaks_of_files_that_exist(rule: Rule) -> None:
    idle = [place for place in rule.inside if not any(path.startswith(place) for path in python_files())]
    assert idle == [], "a rule about a folder that was renamed proves nothing"


@each_rule
def test_a_planted_import_is_caught(rule: Rule) -> None:
    for place in rule.inside:
        path = place if place.endswith(".py") else f"{place}planted.py"
        for name in rule.never:
            parent, _, leaf = name.rpartition(".")
            planted = [
                f"import {name}",
                f"from {name} import something",
                f"def late():\n    from {name}.inner import something",
                f"from importlib import import_module\nimport_module('{name}')",
            ]
            if parent:
                planted.append(f"from {parent} import {leaf}")
            missed = [source for source in planted if not rule.violations(path, source)]
            assert missed == [], f"{path} could know {name}"


@each_rule
def test_a_harmless_import_is_not_caught(rule: Rule) -> None:
    harmless = "import asyncio\nfrom chat.ids import new_id\nfrom chat.servicesque import x\nimport h2o"
    assert rule.violations(f"{rule.inside[0]}planted.py", harmless) == []


def test_relative_imports_are_understood() -> None:
    assert "chat.database" in python_imports("chat/sockets/messages.py", "from ..database import write")
    assert "chat.models" in python_imports("chat/sockets/messages.py", "from .. import models")
    assert "chat.sockets.typing" in python_imports("chat/sockets/messages.py", "from .typing import relay")
