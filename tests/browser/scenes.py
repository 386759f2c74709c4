"""The states that the screenshot sheet shows: each function brings a page into one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.browser import file_scenes, sending_scenes
from tests.browser.play import Stage

REFUSED = "Too many accents: e" + "\u0301" * 9
Scene = Callable[[Stage], Awaitable[None]]


async def setup(stage: Stage) -> None:
    await stage.page.goto("/setup")


async def login(stage: Stage) -> None:
    await stage.page.goto("/login")


async def login_ended(stage: Stage) -> None:
    await stage.page.goto("/login?ended=1")


async def login_error(stage: Stage) -> None:
    await stage.page.goto("/login")
    await stage.entrance.sign_in("alice@example.org", "not the password")
    await expect(stage.entrance.alert).to_be_visible()


async def join(stage: Stage) -> None:
    await stage.page.goto(f"/join/{stage.play.invite}")


async def join_error(stage: Stage) -> None:
    await stage.page.goto(f"/join/{stage.play.invite}")
    await stage.entrance.make_account("Bob", "bob@example.org", "password123")
    await expect(stage.page.locator(".field__error")).to_be_visible()


async def invalid_invitation(stage: Stage) -> None:
    await stage.page.goto("/join/long-gone")


async def not_found(stage: Stage) -> None:
    await stage.page.goto("/nowhere")


async def empty_chat(stage: Stage) -> None:
    await stage.chat.open()
    await expect(stage.chat.invite_link).not_to_have_value("")


async def conversation_list(stage: Stage) -> None:
    await stage.chat.open()


async def filtered_to_nothing(stage: Stage) -> None:
    await stage.chat.open()
    await stage.page.get_by_role("searchbox").fill("xyz")


async def direct(stage: Stage) -> None:
    await stage.chat.open(stage.play.ids["direct"])
    await expect(stage.chat.messages.last).to_be_visible()


async def beginning(stage: Stage) -> None:
    await stage.chat.open(stage.play.ids["new"])
    await expect(stage.chat.page.locator(".message-list .empty")).to_be_visible()


async def group(stage: Stage) -> None:
    await stage.chat.open(stage.play.ids["group"])
    await expect(stage.chat.messages.last).to_be_visible()
    await stage.play.devices[0].call("typing", {"conversationId": stage.play.ids["group"], "isTyping": True})
    await expect(stage.chat.typing).not_to_have_text("")


async def formats(stage: Stage) -> None:
    await stage.chat.open(stage.play.ids["formats"])
    await expect(stage.chat.messages.last).to_be_visible()


async def unread(stage: Stage) -> None:
    await stage.chat.open()
    await stage.play.send(
        1, "unread", "Did you see the plan?", "The beds by the wall are new.", "What do you think?"
    )
    await stage.chat.items.first.click()
    await expect(stage.page.locator(".new-line")).to_be_visible()


async def failed(stage: Stage) -> None:
    await stage.chat.open(stage.play.ids["new"])
    await stage.chat.write(REFUSED)
    await expect(stage.chat.messages.last).to_have_attribute("data-status", "failed")


async def _act_on(stage: Stage, text: str, intent: str | None = None) -> None:
    """The menu of a message, by keyboard as by a long press; with an intent, what it chooses."""
    message = stage.chat.message(text).last
    await message.focus()
    await stage.page.keyboard.press("Enter")
    if intent:
        await stage.chat.dialog.locator(f"[data-intent={intent}]").last.click()


async def _anew(stage: Stage, conversation_id: str | None = None) -> None:
    """Without what the scene before has left open."""
    await stage.anew(conversation_id)


async def message_toolbar(stage: Stage) -> None:
    await _anew(stage, stage.play.ids["group"])
    await stage.chat.message("Hello everybody").locator(".message__bubble").hover()


async def message_menu(stage: Stage) -> None:
    await _anew(stage, stage.play.ids["direct"])
    await _act_on(stage, "from ten")


async def emoji_picker(stage: Stage) -> None:
    await _anew(stage, stage.play.ids["group"])
    await _act_on(stage, "And there will be cake", "react")
    await expect(stage.chat.dialog.locator(".emoji-picker__one").first).to_be_visible()


async def message_reply(stage: Stage) -> None:
    await _anew(stage, stage.play.ids["group"])
    await _act_on(stage, "And there will be cake", "reply")
    await stage.chat.composer.fill("What kind of cake?")


async def message_edit(stage: Stage) -> None:
    await _anew(stage, stage.play.ids["direct"])
    await _act_on(stage, "from ten", "edit")


async def message_delete(stage: Stage) -> None:
    await _anew(stage, stage.play.ids["direct"])
    await _act_on(stage, "from ten", "delete")


async def message_details(stage: Stage) -> None:
    await _anew(stage, stage.play.ids["group"])
    await _act_on(stage, "Mondays and Thursdays", "info")
    await expect(stage.chat.dialog.locator(".message-info__row").first).to_be_visible()


async def edit_history(stage: Stage) -> None:
    await _anew(stage, stage.play.ids["direct"])
    await _act_on(stage, "a hat and water", "info")
    await expect(stage.chat.dialog.locator(".message-info__revision").first).to_be_visible()


async def profile_window(stage: Stage) -> None:
    await _anew(stage)
    await _window(stage, "profile")
    await stage.chat.dialog.locator("summary").click()


async def sessions(stage: Stage) -> None:
    await _anew(stage)
    await _window(stage, "sessions")
    await expect(stage.chat.dialog.locator(".person-row").first).to_be_visible()


async def contacts(stage: Stage) -> None:
    await stage.play.people[0].request("POST", "contacts", {"userId": stage.play.people[1].id})
    await stage.play.people[0].request("PUT", f"contacts/{stage.play.people[9].id}/block")
    await _anew(stage)
    await _window(stage, "contacts")
    await expect(stage.chat.dialog.locator(".person-row").first).to_be_visible()


async def new_group(stage: Stage) -> None:
    await _anew(stage)
    await stage.page.get_by_test_id("new-conversation").click()
    await stage.chat.dialog.locator("[data-new-group]").click()
    await stage.chat.dialog.locator("input[name=name]").fill("Bicycle repair")
    await stage.chat.dialog.get_by_role("checkbox").nth(1).check()


async def group_details(stage: Stage) -> None:
    await _anew(stage, stage.play.ids["group"])
    await stage.page.locator("[data-details]").click()
    await expect(stage.chat.details.locator(".person-row").first).to_be_visible()


async def own_group_details(stage: Stage) -> None:
    mine = await stage.play.people[0].group_with(*stage.play.people[1:4], name="Board games on Fridays")
    await _anew(stage, mine["_id"])
    await stage.page.locator("[data-details]").click()
    await stage.chat.details.locator("[data-do=member]").last.click()


async def person_details(stage: Stage) -> None:
    await _anew(stage, stage.play.ids["direct"])
    await stage.page.locator("[data-details]").click()
    await expect(stage.chat.details.locator("[data-do=block]")).to_be_visible()


async def mention_list(stage: Stage) -> None:
    await _anew(stage, stage.play.ids["group"])
    await stage.chat.composer.fill("")
    await stage.chat.composer.press_sequentially("Thank you @")
    await expect(stage.page.get_by_role("option").first).to_be_visible()


async def mentions(stage: Stage) -> None:
    await _anew(stage, stage.play.ids["mentions"])
    await expect(stage.page.locator(".mention--me")).to_be_visible()


async def conversation_menu(stage: Stage) -> None:
    await _anew(stage)
    await stage.chat.items.nth(2).get_by_role("link").click(button="right")
    await expect(stage.chat.dialog).to_be_visible()


async def undo(stage: Stage) -> None:
    untouched = stage.play.ids["new"]
    await stage.play.people[0].request("PUT", f"conversations/{untouched}/preferences", {"archived": False})
    await _anew(stage)
    await stage.page.locator(f"[data-testid=conversation-item][data-id='{untouched}'] a").click(
        button="right"
    )
    await stage.chat.dialog.locator("[data-item]").last.click()
    await expect(stage.chat.toasts.locator("[data-act]")).to_be_visible()


async def jump(stage: Stage) -> None:
    await _anew(stage)
    await stage.page.keyboard.press("Control+k")
    await stage.chat.dialog.get_by_role("combobox").fill("a")
    await expect(stage.chat.dialog.get_by_role("option").first).to_be_visible()


async def keys(stage: Stage) -> None:
    await _anew(stage)
    await stage.page.keyboard.press("Control+/")


async def _window(stage: Stage, name: str) -> None:
    await stage.chat.profile.click()
    await stage.page.locator(f"[data-window={name}]").click()
    await expect(stage.chat.dialog).to_be_visible()


async def new_conversation(stage: Stage) -> None:
    await stage.chat.open()
    await stage.page.get_by_test_id("new-conversation").click()
    await stage.chat.dialog.get_by_role("checkbox").nth(1).check()


async def invitation(stage: Stage) -> None:
    await stage.chat.open()
    await stage.page.locator(".sidebar [data-invite]").click()
    await expect(stage.chat.invite_link).not_to_have_value("")


async def profile(stage: Stage) -> None:
    await stage.chat.open()
    await stage.chat.profile.click()


async def toasts(stage: Stage) -> None:
    await stage.chat.open(stage.play.ids["direct"])
    await expect(stage.chat.toasts).to_have_count(0)
    await stage.play.send(0, "group", "The key is under the third pot.")
    await stage.play.send(1, "unread", "Somebody should be there from nine o'clock with the key to the shed.")
    await expect(stage.chat.toasts).to_have_count(2)


async def offline(stage: Stage) -> None:
    """The server is gone; the page was open before."""
    await stage.chat.write("I will be ten minutes late.")
    await expect(stage.chat.banner).to_be_visible()


async def given_up(stage: Stage) -> None:
    await expect(stage.chat.banner.get_by_role("button")).to_be_visible(timeout=30_000)


BEFORE_THE_OWNER: list[Scene] = [setup]
BEFORE_THE_CHAT: list[Scene] = [
    login,
    login_ended,
    login_error,
    join,
    join_error,
    invalid_invitation,
    not_found,
]
ALONE: list[Scene] = [empty_chat]
AMONG_OTHERS: list[Scene] = [
    conversation_list,
    beginning,
    direct,
    group,
    formats,
    unread,
    failed,
    toasts,
    # What these leave behind is gone with the page, which those above keep.
    filtered_to_nothing,
    new_conversation,
    invitation,
    profile,
    message_toolbar,
    message_menu,
    emoji_picker,
    message_reply,
    message_edit,
    message_delete,
    message_details,
    edit_history,
    profile_window,
    sessions,
    contacts,
    new_group,
    group_details,
    own_group_details,
    person_details,
    mention_list,
    mentions,
    conversation_menu,
    undo,
    jump,
    keys,
    *file_scenes.ALL,
    *sending_scenes.ALL,
]
WITHOUT_SERVER: list[Scene] = [offline, given_up]
