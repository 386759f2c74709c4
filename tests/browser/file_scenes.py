"""The states of what is seen of files and faces."""

from __future__ import annotations

from playwright.async_api import FilePayload, expect

from tests.browser.album import landscape
from tests.browser.play import Stage

# Those out of view are left for later.
UNTIL_SEEN = """images => Promise.all(images
  .filter((image) => image.getBoundingClientRect().bottom > 0 && image.getBoundingClientRect().top < innerHeight)
  .map((image) => image.decode().catch(() => {})))"""


async def _album(stage: Stage) -> None:
    await stage.anew(stage.play.ids["album"])
    await expect(stage.chat.messages.last).to_be_visible()


async def _until_pictures_are_there(stage: Stage) -> None:
    await stage.page.locator(".message img").evaluate_all(UNTIL_SEEN)


async def files(stage: Stage) -> None:
    """Sounds, documents, a quote of a picture."""
    await _album(stage)
    await _until_pictures_are_there(stage)


async def pictures(stage: Stage) -> None:
    await _album(stage)
    await stage.page.locator(".message-list__scroller").evaluate("it => it.scrollTo(0, 0)")
    await expect(stage.page.locator(".pictures--alone").first).to_be_in_viewport()
    await _until_pictures_are_there(stage)


async def players(stage: Stage) -> None:
    await _album(stage)
    await stage.chat.messages.last.focus()
    while await stage.page.locator(".message:focus .video").count() == 0:
        await stage.page.keyboard.press("ArrowUp")
    await stage.page.evaluate("document.activeElement.blur()")
    await _until_pictures_are_there(stage)


async def gallery(stage: Stage) -> None:
    await pictures(stage)
    await stage.page.locator(".pictures__one").nth(1).click()
    await expect(stage.page.locator(".gallery__picture")).to_be_visible()
    await stage.page.locator(".gallery__picture").evaluate_all(UNTIL_SEEN)


async def missing_files(stage: Stage) -> None:
    await stage.anew()
    await stage.page.route("**/api/attachments/**", lambda route: route.fulfill(status=404))
    await stage.page.route("**/api/avatars/**", lambda route: route.fulfill(status=404))
    await stage.chat.item("Album").click()
    await stage.page.locator(".message-list__scroller").evaluate("it => it.scrollTo(0, 0)")
    await expect(stage.page.locator(".missing").first).to_be_visible()
    await stage.page.unroute_all()


async def profile_face(stage: Stage) -> None:
    await stage.anew()
    await stage.chat.profile.click()
    await stage.page.locator("[data-window=profile]").click()
    await expect(stage.chat.dialog.locator(".avatar__picture")).to_be_visible()


async def crop(stage: Stage) -> None:
    await profile_face(stage)
    picture: FilePayload = {"name": "garden.jpg", "mimeType": "image/jpeg", "buffer": landscape(3)}
    await stage.chat.dialog.locator("[type=file]").set_input_files(picture)
    await expect(stage.page.locator(".crop")).to_be_visible()


async def group_face(stage: Stage) -> None:
    group = await stage.play.people[0].group_with(*stage.play.people[1:4], name="Orchard")
    changed = ("PUT", f"conversations/{group['_id']}/avatar")
    await stage.play.people[0].offer(landscape(4, (400, 400)), to=changed)
    await stage.anew(group["_id"])
    await stage.page.locator("[data-details]").click()
    await expect(stage.page.locator(".details .avatar__picture").first).to_be_visible()


ALL = [files, pictures, players, gallery, missing_files, profile_face, crop, group_face]
