"""The program for the time without a line: the service worker, which keeps all its files."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from quart import Blueprint, Response, current_app, render_template, url_for

# Emoji are kept by their own database; licences and the API's pages are for readers with a line.
_LEFT_OUT: Final = ("vendor/emoji/", "vendor/licences/", "vendor/VENDOR.md", "css/api-docs.css")

pages = Blueprint("program", __name__)


@pages.get("/service-worker.js")
async def service_worker() -> Response:
    """At the root, so that it may serve the whole site."""
    folder = Path(str(current_app.static_folder))
    names = _names(folder)
    script = await render_template(
        "pages/service_worker.js",
        digest=_digest(folder, names),
        files=["/", *(url_for("static", filename=name) for name in names)],
    )
    response = Response(script, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@cache
def _names(folder: Path) -> tuple[str, ...]:
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return tuple(sorted(name for name in names if not name.startswith(_LEFT_OUT)))


@cache
def _digest(folder: Path, names: tuple[str, ...]) -> str:
    """Another one as soon as any file is: then the browser takes the whole program in anew."""
    contents = hashlib.sha256()
    for name in names:
        contents.update(name.encode() + b"\0" + (folder / name).read_bytes())
    return contents.hexdigest()[:16]
