"""The chat as a person sees it."""

from __future__ import annotations

import base64
from typing import Any

from playwright.async_api import FilePayload, JSHandle, Locator, Page, expect

from tests.browser.watch import Watch

# What stands in the log, in its order: as a person reads it, and as REST tells it.
SHOWN = 'log => [...log.querySelectorAll("[data-testid=message]")].map(({ dataset }) => dataset.id ?? null)'

# What a hand does with files outside of a page: there is no event of the browser's own for it in a test.
MAKE = """
const made = files.map(({ name, mimeType, buffer }) =>
  new File([Uint8Array.from(atob(buffer), (letter) => letter.charCodeAt(0))], name, { type: mimeType }));
const carried = new DataTransfer();
for (const file of made) carried.items.add(file);
"""
CARRY = f"(files) => {{ {MAKE} return carried; }}"
PASTE = f"""(field, [files, textType]) => {{
  {MAKE}
  if (textType) carried.setData(textType, "text");
  field.dispatchEvent(new ClipboardEvent("paste", {{ clipboardData: carried, bubbles: true, cancelable: true }}));
}}"""


class ChatPage:
    """One tab with the chat. Locators for what is looked at, methods for what is done."""

    def __init__(self, page: Page, watch: Watch) -> None:
        self.page = page
        self.watch = watch
        self.items: Locator = page.get_by_test_id("conversation-item")
        self.messages: Locator = page.get_by_test_id("message")
        self.composer: Locator = page.get_by_test_id("composer-input")
        self.banner: Locator = page.get_by_test_id("banner")
        self.invite_link: Locator = page.get_by_test_id("invite-link")
        self.profile: Locator = page.get_by_test_id("profile-menu")
        self.dialog: Locator = page.locator("dialog[open]")
        self.details: Locator = page.locator(".details")
        self.title: Locator = page.locator(".conversation__title")
        self.presence: Locator = page.locator(".conversation__presence")
        self.typing: Locator = page.locator(".conversation__typing")
        self.texts: Locator = page.locator("[data-testid=message] .message__text")
        self.log: Locator = page.get_by_role("log")
        self.toasts: Locator = page.locator(".toast")
        self.file_input: Locator = page.get_by_test_id("file-input")
        self.chosen_files: Locator = page.get_by_test_id("chosen-file")
        self.pending_files: Locator = page.get_by_test_id("pending-file")
        self.progress: Locator = self.messages.get_by_role("progressbar")
        self.system_lines: Locator = page.locator(".system-line")

    async def open(self, conversation_id: str | None = None) -> None:
        """Load the page; returns when the list, and the conversation asked for, have come."""
        await self.page.goto(f"/#/c/{conversation_id}" if conversation_id else "/")
        await self.until_ready()
        if conversation_id:
            await expect(self.composer).to_be_attached()

    async def until_ready(self) -> None:
        """The list has come and the line is up."""
        await expect(self.page.locator(".sidebar .skeletons")).to_have_count(0)
        await expect(self.page.locator(".profile-menu__button > .avatar")).to_be_attached()
        await self.until_connected()

    async def until_connected(self) -> None:
        await expect(self.page.locator(".shell")).to_have_attribute("data-connection", "online")

    async def write(self, *texts: str) -> None:
        """Write into the open conversation, by Enter."""
        for text in texts:
            await self.composer.fill(text)
            await self.composer.press("Enter")

    async def pick(self, *files: FilePayload) -> None:
        """Choose files by the paper clip."""
        await self.file_input.set_input_files(list(files))

    async def paste(self, *files: FilePayload, text_type: str = "") -> None:
        """Paste files into the field, beside a text of `text_type` if need be."""
        await self.composer.evaluate(PASTE, [[_as_json(file) for file in files], text_type])

    async def drag(self, *files: FilePayload, to: str = ".message-list__log") -> JSHandle:
        """Bring files over the page; `drop` lets them go."""
        carried = await self.page.evaluate_handle(CARRY, [_as_json(file) for file in files])
        for event in ("dragenter", "dragover"):
            await self.page.dispatch_event(to, event, {"dataTransfer": carried})
        return carried

    async def drop(self, *files: FilePayload, to: str = ".message-list__log") -> None:
        carried = await self.drag(*files, to=to)
        await self.page.dispatch_event(to, "drop", {"dataTransfer": carried})

    def message(self, text: str) -> Locator:
        return self.messages.filter(has_text=text)

    def item(self, name: str) -> Locator:
        return self.items.filter(has_text=name)

    async def expect_status(self, text: str, status: str) -> None:
        """The message with this text has come this far."""
        await expect(self.message(text)).to_have_attribute("data-status", status)

    async def begin_with(self, *names: str, group: str = "") -> None:
        """Begin a conversation by the dialog."""
        await self.page.get_by_test_id("new-conversation").click()
        if group:
            await self.dialog.locator("[data-new-group]").click()
            await self.dialog.locator("input[name=name]").fill(group)
        for name in names:
            await self.dialog.get_by_role("searchbox").fill(name)
            await self.dialog.get_by_role("checkbox", name=name).check()
        await self.dialog.locator("[type=submit]").click()
        await expect(self.dialog).to_have_count(0)

    async def open_window(self, name: str) -> Locator:
        """Open a window by the menu behind one's own picture."""
        await self.profile.click()
        await self.page.locator(".profile-menu__panel").get_by_role("button", name=name).click()
        await expect(self.dialog).to_be_visible()
        return self.dialog

    async def mark(self) -> None:
        """Leave a mark that a reload would wipe away."""
        await self.page.evaluate("window.isStillTheSame = true")

    async def is_marked(self) -> bool:
        return await self.page.evaluate("window.isStillTheSame === true")  # type: ignore[no-any-return]

    async def shown_ids(self) -> list[Any]:
        """The ids of all messages in the log, in their order."""
        return await self.log.evaluate(SHOWN)  # type: ignore[no-any-return]

    async def overflow_px(self) -> int:
        """How much wider than the window the page is: more than 0 scrolls sideways."""
        return await self.page.evaluate(  # type: ignore[no-any-return]
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )


def _as_json(file: FilePayload) -> dict[str, str]:
    buffer = base64.b64encode(file["buffer"]).decode()
    return {"name": file["name"], "mimeType": file["mimeType"], "buffer": buffer}
