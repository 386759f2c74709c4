"""What every template can ask for."""

from __future__ import annotations

from typing import Any, Final

from quart import request

from chat import instance
from chat.instance import VERSION
from chat.locales import LOCALES, negotiate, translate
from chat.pages import assets

LANGUAGE_COOKIE: Final = "lang"
THEME_COOKIE: Final = "theme"
THEMES: Final = ("system", "light", "dark")


def page_locale() -> str:
    """The page's language: asked for in the address, chosen before, or the browser's."""
    for chosen in (request.args.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if chosen in LOCALES:
            return chosen
    return negotiate(request.headers.get("Accept-Language"), instance.current().settings.default_locale)


def page_theme() -> str:
    chosen = request.cookies.get(THEME_COOKIE, "system")
    return chosen if chosen in THEMES else "system"


async def template_context() -> dict[str, Any]:
    """Jinja globals: `t(key, **values)`, `locale`, `theme`, `static_url(path)`, `version`."""
    locale = page_locale()

    def t(key: str, **values: Any) -> str:
        return translate(locale, key, **values)

    return {
        "t": t,
        "locale": locale,
        "theme": page_theme(),
        "static_url": assets.current().url,
        "version": VERSION,
    }
