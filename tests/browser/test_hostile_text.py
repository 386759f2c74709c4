"""Text that wants to be more than text, wherever text is shown: it stays text and breaks nothing."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import OpenChat
from tests.people import Town

PHONE = {"width": 390, "height": 844}

# Each would set the flag, were it ever run.
SCRIPTS = [
    "<script>window.struck = 1</script>",
    "<img src=x onerror='window.struck = 1'>",
    "<svg onload='window.struck = 1'><script>window.struck = 1</script></svg>",
    "<svg><animate onbegin='window.struck = 1' attributeName=x dur=1s>",
    "<iframe srcdoc='<script>parent.struck = 1</script>'></iframe>",
    "<style>body { display: none }</style>",
    "<a href='javascript:window.struck = 1'>press</a>",
    "\"><img src=x onerror='window.struck = 1'>",
    "{{ constructor.constructor('window.struck = 1')() }} ${window.struck = 1}",
    "</textarea></title><script>window.struck = 1</script>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=x onerror=window.struck=1>'>",
]
MARKDOWN = [
    "[press](javascript:window.struck=1)",
    "[press](JaVaScRiPt:window.struck=1)",
    "[press](java&#115;cript:window.struck=1)",
    "[press](data:text/html,<script>window.struck=1</script>)",
    "![x](x 'onerror=window.struck=1')",
    "<javascript:window.struck=1>",
    "[x]: javascript:window.struck=1\n[x]",
    "```html\n<img src=x onerror='window.struck = 1'>\n```",
    "`<img src=x onerror='window.struck = 1'>`",
    "> <img src=x onerror='window.struck = 1'>",
    "- [<img src=x onerror='window.struck = 1'>](javascript:window.struck=1)",
]
SHAPES = {
    "unbroken": "W" * 5000,
    "unbroken code": "`" + "W" * 4000 + "`",
    "code block": "```\n" + "W" * 4000 + "\n```",
    "address": "https://example.org/" + "w" * 4000,
    "right to left": "\u202egnitirw fo yaw rehto eht\u202c and back",
    "marks": ("e" + "\u0301" * 8) * 400,
    "wide": "\ufdfd" * 400,
    "nested": "> " * 300 + "deep",
    "list": "\n".join("  " * depth + "- item" for depth in range(60)),
}
NAMES = ["<img src=x onerror='window.struck=1'>", "<script>window.struck=1</script>", "W" * 80, "﷽" * 80]


async def _is_struck(chat: ChatPage) -> bool:
    return await chat.page.evaluate("'struck' in window")  # type: ignore[no-any-return]


async def test_messages_stay_text(town: Town, open_chat: OpenChat) -> None:
    alice, bob = await town.people("Alice", "Bob")
    conversation = await alice.direct_with(bob)
    chat = await open_chat(alice, conversation["_id"])
    device = await bob.connect()
    for text in (*SCRIPTS, *MARKDOWN):
        await device.send(conversation["_id"], text)

    await expect(chat.messages).to_have_count(len(SCRIPTS) + len(MARKDOWN))
    shown = await chat.texts.all_inner_texts()
    assert [text.strip() for text in shown[: len(SCRIPTS)]] == SCRIPTS
    foreign = ":is(script, img, svg, iframe, style, math, object, form, input, [onerror], [onload], [style])"
    await expect(chat.page.locator(f".message__text {foreign}")).to_have_count(0)
    # Not one of them leads anywhere, so not one is a link.
    await expect(chat.page.locator(".message__text a")).to_have_count(0)
    for press in await chat.page.locator(".message__text").get_by_text("press").all():
        await press.click()
    assert not await _is_struck(chat)
    assert await chat.overflow_px() == 0


async def test_an_honest_address_is_a_link_that_tells_the_other_side_nothing(
    town: Town, open_chat: OpenChat
) -> None:
    alice, bob = await town.people("Alice", "Bob")
    conversation = await alice.direct_with(bob)
    chat = await open_chat(alice, conversation["_id"])
    await chat.write("see [our page](https://example.org/a?b=1) or https://example.org")
    links = chat.page.locator(".message__text a")
    await expect(links).to_have_text(["our page", "https://example.org"])
    for link in await links.all():
        await expect(link).to_have_attribute("target", "_blank")
        await expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")


async def test_names_stay_text(town: Town, open_chat: OpenChat) -> None:
    alice = await town.person("Alice")
    others = [await town.person(name) for name in NAMES]
    chat = await open_chat(alice)
    for name, other in zip(NAMES, others, strict=True):
        group = await other.group_with(alice, *others[:2], name=name)
        device = await other.connect()
        await device.send(group["_id"], f"from {name}")
        await expect(chat.item(name)).to_have_count(1)
        await chat.item(name).click()
        await expect(chat.title).to_have_text(name)
        await device.call("typing", {"conversationId": group["_id"], "isTyping": True})
        await expect(chat.typing).to_contain_text(name)
        await device.call(
            "group-info-updated", {"conversationId": group["_id"], "updates": {"name": f"{name[:78]}2"}}
        )
        await expect(chat.system_lines).to_contain_text([f"{name[:78]}2"])
        assert await chat.overflow_px() == 0
    await chat.page.get_by_test_id("new-conversation").click()
    await expect(chat.dialog.get_by_text(NAMES[0], exact=True)).to_be_visible()
    assert not await _is_struck(chat)
    assert await chat.overflow_px() == 0


@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 800}], ids=["phone", "wide"])
async def test_no_text_is_wider_than_its_place(
    town: Town, open_chat: OpenChat, viewport: dict[str, int]
) -> None:
    alice, bob = await town.people("Alice", "Bob")
    conversation = await alice.direct_with(bob)
    device = await bob.connect()
    chat = await open_chat(alice, conversation["_id"], viewport=viewport)
    scroller = chat.page.locator(".message-list__scroller")

    for name, text in SHAPES.items():
        sent = await device.send(conversation["_id"], text)
        # Only what is near the view is drawn: each is looked at when it has just come.
        message = chat.log.locator(f"[data-id='{sent['messageId']}']")
        await expect(message).to_be_visible()
        assert await chat.overflow_px() == 0, name
        assert await scroller.evaluate("it => it.scrollWidth - it.clientWidth") == 0, name
        if name == "right to left":  # the override ends with its bubble
            assert (await message.locator("time").inner_text()).replace(":", "").isdigit()
