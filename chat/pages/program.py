"""The program for the time without a line: the service worker, which keeps all its files."""

from __future__ import annotations

from typing import Final

from quart import Blueprint, Response, render_template

from chat.pages import assets
from chat.pages.assets import Asset

# Emoji are kept by their own database; licences and the API's pages are for readers with a line.
_LEFT_OUT: Final = ("vendor/emoji/", "vendor/licences/", "vendor/VENDOR.md", "css/api-docs.css")

pages = Blueprint("program", __name__)


@pages.get("/service-worker.js")
async def service_worker() -> Response:
    """At the root, so that it may serve the whole site."""
    program = assets.current()
    names = [name for name in program.names if not name.startswith(_LEFT_OUT)]
    script = await render_template(
        "pages/service_worker.js",
        version=program.version,
        files=["/", *(program.url(name) for name in names)],
    )
    return assets.respond(Asset(script.encode(), ".js"))
