"""The program's own files: compressed once, kept in memory, and under an address that names their version.

Under `/static/v-<version>/` the first view's modules and style sheets come joined (`joining.py`) and stay in the
browser for ever: another version has other addresses. Under `/static/` each file comes as it is written, and is asked
for anew.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Final

from quart import Blueprint, Response, request

from chat import instance
from chat.caller import accepts_gzip
from chat.errors import NotFound
from chat.pages.joining import join_modules, join_sheets

FOLDER: Final = Path(__file__).parent.parent.parent / "static"
MODULES: Final = "js"
MODULES_ENTRY: Final = "main.js"
SHEETS: Final = "css"
SHEETS_ENTRIES: Final = ("chat.css", "entrance.css")

_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ASKED_FOR_ANEW: Final = "no-cache"
_ETAG_CHARS: Final = 16
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".md": "text/plain; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
_COMPRESSED_ALREADY: Final = (".png",)

pages = Blueprint("assets", __name__)


class Asset:
    """One file as it is served. Of what can be compressed only that form is kept: hardly anyone asks for the other."""

    def __init__(self, content: bytes, suffix: str) -> None:
        self.digest = hashlib.sha256(content).hexdigest()[:_ETAG_CHARS]
        self.content_type = _TYPES[suffix]
        self.is_compressed = suffix not in _COMPRESSED_ALREADY
        self._kept = gzip.compress(content, mtime=0) if self.is_compressed else content

    def body(self, *, as_gzip: bool) -> bytes:
        return self._kept if as_gzip or not self.is_compressed else gzip.decompress(self._kept)


class Assets:
    """All files of the program, each read when it is first asked for; in development read anew each time."""

    def __init__(self, folder: Path, *, is_development: bool) -> None:
        self._folder = folder
        self._is_development = is_development
        self._kept: dict[str, Asset] = {}

    @cached_property
    def names(self) -> tuple[str, ...]:
        paths = (path.relative_to(self._folder) for path in self._folder.rglob("*") if path.suffix in _TYPES)
        return tuple(sorted(path.as_posix() for path in paths))

    @cached_property
    def version(self) -> str:
        """Another one as soon as anything that is served under it is."""
        contents = hashlib.sha256()
        for name in self.names:
            contents.update(name.encode() + b"\0" + (self._folder / name).read_bytes())
        for name, text in self._joined.items():
            contents.update(name.encode() + b"\0" + text.encode())
        return contents.hexdigest()[:_ETAG_CHARS]

    def url(self, name: str) -> str:
        return f"/static/{name}" if self._is_development else f"/static/v-{self.version}/{name}"

    def find(self, name: str, *, is_joined: bool) -> Asset | None:
        """A file by its name; with `is_joined` what stands in its place where the first view's files are one."""
        if self._is_development:
            self.__dict__.pop("names", None)  # files come and go while somebody works on them
            return self._read(name)
        if is_joined and name in self._joined:
            key = f"joined {name}"
            if key not in self._kept:
                self._kept[key] = Asset(self._joined[name].encode(), Path(name).suffix)
            return self._kept[key]
        if name not in self._kept and (asset := self._read(name)) is not None:
            self._kept[name] = asset
        return self._kept.get(name)

    def _read(self, name: str) -> Asset | None:
        # What is not listed is not there: no path leads out of the folder.
        if name not in self.names:
            return None
        return Asset((self._folder / name).read_bytes(), Path(name).suffix)

    @cached_property
    def _joined(self) -> dict[str, str]:
        return dict(self._join())

    def _join(self) -> Iterator[tuple[str, str]]:
        modules = join_modules(self._folder / MODULES, MODULES_ENTRY)
        yield f"{MODULES}/{MODULES_ENTRY}", modules.text
        for name, text in modules.others.items():
            yield f"{MODULES}/{name}", text
        for name in SHEETS_ENTRIES:
            yield f"{SHEETS}/{name}", join_sheets(self._folder / SHEETS, name)


@cache
def _assets(is_development: bool) -> Assets:
    return Assets(FOLDER, is_development=is_development)


def current() -> Assets:
    """The files of the running program."""
    return _assets(instance.current().settings.is_development)


@pages.get("/static/<path:name>")
async def as_written(name: str) -> Response:
    return _answer(current().find(name, is_joined=False), _ASKED_FOR_ANEW)


@pages.get("/static/v-<version>/<path:name>")
async def of_version(version: str, name: str) -> Response:
    """A page of another version may still ask: it gets what there is now, and does not keep it under that address."""
    assets = current()
    is_right = version == assets.version
    return _answer(assets.find(name, is_joined=True), _FOR_EVER if is_right else _ASKED_FOR_ANEW)


def _answer(asset: Asset | None, cache_control: str) -> Response:
    """A file, or that it has not changed. Raises NotFound."""
    if asset is None:
        raise NotFound("page_not_found")
    return respond(asset, cache_control)


def respond(asset: Asset, cache_control: str = _ASKED_FOR_ANEW) -> Response:
    """Answer the request under way with a file in the form it accepts, or with the word that it has not changed."""
    as_gzip = asset.is_compressed and accepts_gzip()
    # Two forms, two tags: who has kept one of them must not be told that it is the other.
    etag = f"{asset.digest}-gzip" if as_gzip else asset.digest
    is_known = request.if_none_match.contains_weak(etag)
    response = Response(b"" if is_known else asset.body(as_gzip=as_gzip), status=304 if is_known else 200)
    response.headers["Cache-Control"] = cache_control
    response.headers["ETag"] = f'"{etag}"'
    response.headers["Content-Type"] = asset.content_type
    if asset.is_compressed:
        response.headers["Vary"] = "Accept-Encoding"
    if is_known:
        del response.headers["Content-Length"], response.headers["Content-Type"]
    elif as_gzip:
        response.headers["Content-Encoding"] = "gzip"
    return response
