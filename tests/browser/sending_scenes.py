"""The states of files on their way: chosen, dragged, going up, refused."""

from __future__ import annotations

from playwright.async_api import FilePayload, expect

from chat.locales import translate
from tests.browser.play import Stage
from tests.files import PDF, picture, sound

FILES = (
    FilePayload(name="The beds by the wall.jpg", mimeType="image/jpeg", buffer=picture("JPEG", (400, 300))),
    FilePayload(
        name="Plan of the garden for 2027, second draft.pdf", mimeType="application/pdf", buffer=PDF * 9000
    ),
    FilePayload(name="birds.wav", mimeType="audio/wav", buffer=sound(5)),
)


async def chosen_files(stage: Stage) -> None:
    await stage.anew(stage.play.ids["new"])
    await stage.chat.pick(*FILES)
    await stage.chat.composer.fill("What do you think?")


async def drop_zone(stage: Stage) -> None:
    await stage.anew(stage.play.ids["direct"])
    await stage.chat.drag(FILES[0])


async def uploading(stage: Stage) -> None:
    await stage.anew(stage.play.ids["direct"])
    await stage.page.route("**/api/attachments", lambda _: None)
    await stage.chat.pick(*FILES)
    await stage.chat.write("What do you think?")
    await expect(stage.chat.progress).to_be_visible()


async def upload_failed(stage: Stage) -> None:
    """Goes on where `uploading` stopped: the server takes nothing more."""
    sentence = translate(stage.visitor.language.split("-")[0], "error.quota_exceeded", limit="2000")
    refusal = {"code": "too_large", "error": sentence}
    await stage.page.route("**/api/attachments", lambda route: route.fulfill(status=413, json=refusal))
    await stage.page.reload()
    await expect(stage.chat.message("What do you think?")).to_have_attribute("data-status", "failed")


ALL = [chosen_files, drop_zone, uploading, upload_failed]
