"""The first minutes: from an empty server to two people who talk, through a restart."""

import re

from playwright.async_api import expect

from tests.browser.conftest import Meet, Visit
from tests.server import ServerProcess


async def test_two_people_meet_and_talk_when_the_server_was_empty(
    own_server: ServerProcess, visit: Visit
) -> None:
    alice_visits, bob_visits = await visit(own_server), await visit(own_server)

    setup = await alice_visits.enter("/")
    await expect(setup.page).to_have_url(f"{own_server.url}/setup")
    alice = await setup.make_account("Alice Martin", "alice@example.org")
    await alice.until_ready()
    await expect(alice.invite_link).to_have_value(re.compile(f"^{own_server.url}/join/"))
    link = await alice.invite_link.input_value()

    join = await bob_visits.enter(link)
    await expect(join.title).to_contain_text("Alice Martin")
    bob = await join.make_account("Bob Durand", "bob@example.org")
    await bob.until_ready()

    await alice.begin_with("Bob Durand")
    await expect(alice.presence).to_have_text("online")
    await bob.page.close()
    await expect(alice.presence).to_contain_text("last seen")
    await alice.write("Hello Bob")
    await alice.expect_status("Hello Bob", "sent")

    bob = await bob_visits.chat()
    await alice.expect_status("Hello Bob", "delivered")
    await bob.item("Alice Martin").click()
    await expect(bob.message("Hello Bob")).to_be_visible()
    await alice.expect_status("Hello Bob", "read")
    await bob.write("Hello Alice")
    await expect(alice.message("Hello Alice")).to_be_visible()
    await bob.expect_status("Hello Alice", "read")

    await alice.page.reload()
    await expect(alice.title).to_have_text("Bob Durand")
    await expect(alice.texts).to_have_text(["Hello Bob", "Hello Alice"])


async def test_they_go_on_without_reload_when_the_server_restarts(
    own_server: ServerProcess, meet: Meet
) -> None:
    alice, bob = await meet(own_server)
    await alice.write("before")
    await alice.expect_status("before", "read")
    for chat in (alice, bob):
        await chat.mark()

    alice.watch.expect_breaks()
    bob.watch.expect_breaks()
    await own_server.stop()
    await expect(alice.banner).to_be_visible()
    await alice.write("meanwhile")
    await alice.expect_status("meanwhile", "pending")
    await own_server.restart()

    await alice.expect_status("meanwhile", "read")
    await bob.write("after")
    for chat in (alice, bob):
        await expect(chat.texts).to_have_text(["before", "meanwhile", "after"])
        await expect(chat.banner).to_be_hidden()
        assert await chat.is_marked()
