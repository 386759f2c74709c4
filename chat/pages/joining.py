"""Joins the modules that the first view needs into one file, and its style sheets into another.

Eighty answers cost a phone a dozen round trips and more for their headers than for what they carry. This is no bundler:
it knows the few forms of import and export that our own modules keep to, and refuses the others. Comments and
indents stay behind.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_COMMENT: Final = re.compile(r"^[ \t]*(?:/\*(?:(?!\*/).)*\*/|//[^\n]*)\n", re.MULTILINE | re.DOTALL)
# Of a line in one of our templates too: HTML makes one space of it all.
_INDENT: Final = re.compile(r"^[ \t]+", re.MULTILINE)
_IMPORT: Final = re.compile(r'^import (?:(\w+) from |\{([^}]*)\} from )?"(\.[^"]+)";\n', re.MULTILINE)
_IMPORT_LATER: Final = re.compile(r'\bimport\("(\.[^"]+)"\)')
_EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_UNKNOWN: Final = re.compile(r"^(?:import|export)\b[^\n]*", re.MULTILINE)
_SHEET: Final = re.compile(r'^@import "([^"]+)";\n', re.MULTILINE)


@dataclass(slots=True)
class JoinedModules:
    """`text` in the place of the module it was made from; `others` holds by name what stands in for the rest.

    What is fetched later imports modules that are joined already, and must get those, not a second copy of each.
    """

    text: str = ""
    others: dict[str, str] = field(default_factory=dict)


def join_modules(folder: Path, entry: str) -> JoinedModules:
    """Join `entry` of a folder of modules with all that it imports from there; what lies elsewhere stays imported.

    Raises ValueError for what it does not know, and for modules that import each other in a circle.
    """
    joining = _Joining(folder, entry)
    joining.add(entry, ())
    outside = [f'import * as outside{number} from "{path}";' for number, path in enumerate(joining.outside)]
    lines = [*outside, "export const modules = {};", *joining.parts]
    others = {name: text for name, text in joining.stand_ins.items() if name != entry}
    return JoinedModules("\n".join(lines) + "\n", others)


def join_sheets(folder: Path, entry: str) -> str:
    """The style sheet `entry` with those it imports in their places."""
    text = (folder / entry).read_text(encoding="utf-8")
    joined = _SHEET.sub(lambda match: (folder / match[1]).read_text(encoding="utf-8"), text)
    return _INDENT.sub("", _COMMENT.sub("", joined))


class _Joining:
    """What has been joined so far, each module after those it needs."""

    def __init__(self, folder: Path, entry: str) -> None:
        self._folder = folder
        self._entry = entry
        self.parts: list[str] = []
        self.stand_ins: dict[str, str] = {}
        self.outside: list[str] = []

    def add(self, name: str, wanted_by: tuple[str, ...]) -> None:
        if name in wanted_by:
            raise ValueError(f"modules import each other: {' → '.join([*wanted_by, name])}")
        if name in self.stand_ins:
            return
        here = posixpath.dirname(name)
        source = _COMMENT.sub("", (self._folder / name).read_text(encoding="utf-8"))
        for match in _IMPORT.finditer(source):
            path = posixpath.normpath(posixpath.join(here, match[3]))
            if not path.startswith("../"):
                self.add(path, (*wanted_by, name))
            elif path not in self.outside:
                self.outside.append(path)
        self._append(name, here, source)

    def _append(self, name: str, here: str, source: str) -> None:
        exported = _EXPORT.findall(source)
        text = _IMPORT.sub(lambda match: self._bound(here, match), source)
        text = _EXPORT.sub("", text)
        if (unknown := _UNKNOWN.search(text)) is not None and not unknown[0].startswith("import("):
            raise ValueError(f"{name}: {unknown[0]}")
        text = _IMPORT_LATER.sub(lambda match: f'import("{self._seen_from_entry(here, match[1])}")', text)
        text = text.replace("import.meta.url", f'new URL("{name}", import.meta.url).href')
        names = ", ".join(exported)
        body = _INDENT.sub("", text.strip())
        self.parts.append(f'modules["{name}"] = (() => {{\n{body}\nreturn {{ {names} }};\n}})();')
        entry = posixpath.relpath(self._entry, here or ".")
        entry = entry if entry.startswith(".") else f"./{entry}"
        self.stand_ins[name] = (
            f'import {{ modules }} from "{entry}";\nexport const {{ {names} }} = modules["{name}"];\n'
        )

    def _bound(self, here: str, match: re.Match[str]) -> str:
        """The import of a match as constants, taken from what has been joined or imported before."""
        default, named, specifier = match.groups()
        path = posixpath.normpath(posixpath.join(here, specifier))
        is_outside = path.startswith("../")
        module = f"outside{self.outside.index(path)}" if is_outside else f'modules["{path}"]'
        if default:
            return f"const {{ default: {default} }} = {module};\n"
        return f"const {{{named.replace(' as ', ': ')}}} = {module};\n" if named else ""

    def _seen_from_entry(self, here: str, specifier: str) -> str:
        path = posixpath.normpath(posixpath.join(here, specifier))
        return path if path.startswith("../") else f"./{path}"
