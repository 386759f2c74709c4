"""Files on their way to the server, and what comes between: a reload, a crash, no line, second thoughts, a refusal."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.async_api import CDPSession, FilePayload, expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor
from tests.conftest import Serve
from tests.files import incoming, picture, until
from tests.people import Json, Person, Town
from tests.server import ServerProcess

# Too slow for the big file to come to its end while a test looks at it.
SLOW_BYTES_PER_S = 50_000
BIG = FilePayload(name="big.bin", mimeType="application/octet-stream", buffer=bytes(1_000_000))
PNG = FilePayload(name="plan.png", mimeType="image/png", buffer=picture())
QUOTA_MB = "1.5"
UNDER_WAY = re.compile("[1-9]")
KEPT = """(name) => new Promise((resolve, reject) => {
  const opening = indexedDB.open(name);
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const stores = ["messages", "files"];
    const transaction = opening.result.transaction(stores);
    const counts = stores.map((store) => transaction.objectStore(store).count());
    transaction.oncomplete = () => resolve(counts.map(({ result }) => result));
    opening.result.close();
  };
})"""


@dataclass
class Upload:
    """Alice's page, with Bob on the other side of the conversation."""

    server: ServerProcess
    alice: Person
    bob: Person
    conversation_id: str
    visitor: Visitor
    chat: ChatPage
    _devtools: CDPSession | None = None

    async def begin(self, *files: FilePayload) -> None:
        """Send files slowly; returns in the middle of the first big one."""
        await self.set_pace(SLOW_BYTES_PER_S)
        await self.chat.pick(*files)
        await self.chat.write("Files")
        await expect(self.chat.progress).to_have_attribute("aria-valuenow", UNDER_WAY)
        await until(lambda: any(folder.joinpath("source").exists() for folder in incoming(self.server)))

    async def set_pace(self, bytes_per_s: int = -1) -> None:
        """How fast the page sends; without a number, as fast as it can."""
        self._devtools = self._devtools or await self.visitor.context.new_cdp_session(self.chat.page)
        line = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_s}
        await self._devtools.send("Network.enable")
        await self._devtools.send("Network.emulateNetworkConditions", line)

    async def expect_arrived(self, *names: str) -> None:
        """The message is there, once, with all its files; nothing waits any longer."""
        await expect(self.chat.message("Files")).to_have_attribute("data-status", "sent")
        await expect(self.chat.pending_files).to_have_count(0)
        (message,) = await self.arrived()
        assert (message["content"], [each["name"] for each in message["attachments"]]) == ("Files", [*names])

    async def arrived(self) -> list[Json]:
        page = await self.bob.get(f"conversations/{self.conversation_id}/messages")
        return page["messages"]  # type: ignore[no-any-return]

    async def kept(self) -> tuple[int, int]:
        """How many messages and files the browser keeps."""
        messages, files = await self.chat.page.evaluate(KEPT, f"outbox-{self.alice.id}")
        return messages, files


async def _upload(server: ServerProcess, visit: Visit) -> Upload:
    alice, bob = await Town(server).people("Alice", "Bob")
    conversation_id = (await alice.direct_with(bob))["_id"]
    visitor = await visit(server)
    await visitor.sign_in(alice)
    return Upload(server, alice, bob, conversation_id, visitor, await visitor.chat(conversation_id))


@pytest.fixture
async def upload(own_server: ServerProcess, visit: Visit) -> Upload:
    return await _upload(own_server, visit)


async def test_a_file_on_its_way_shows_how_far_it_has_come(upload: Upload) -> None:
    await upload.begin(PNG, BIG)
    await expect(upload.chat.pending_files).to_have_count(2)
    await expect(upload.chat.progress).to_have_accessible_name("Uploading 2 files")
    await expect(upload.chat.pending_files.first.locator("img")).to_be_visible()
    await upload.set_pace()
    await upload.expect_arrived("plan.png", "big.bin")
    assert await upload.kept() == (0, 0)


async def test_a_message_arrives_whole_when_the_page_is_reloaded_in_the_middle(upload: Upload) -> None:
    await upload.begin(BIG, PNG)
    await upload.chat.page.reload()
    await upload.set_pace()
    await upload.chat.until_ready()
    await upload.expect_arrived("big.bin", "plan.png")


async def test_a_message_arrives_whole_when_the_server_is_killed_in_the_middle(upload: Upload) -> None:
    upload.visitor.watch.expect_breaks()
    await upload.begin(PNG, BIG)
    await upload.server.kill()
    await expect(upload.chat.banner).to_be_visible()
    assert await upload.kept() == (1, 2)
    await upload.set_pace()
    await upload.server.restart()
    await upload.expect_arrived("plan.png", "big.bin")


async def test_a_message_arrives_whole_when_it_was_written_offline_and_the_page_was_closed(
    upload: Upload,
) -> None:
    upload.visitor.watch.expect_breaks()
    await upload.server.kill()
    await expect(upload.chat.banner).to_be_visible()
    await upload.chat.pick(PNG, BIG)
    await upload.chat.write("Files")
    await expect(upload.chat.pending_files).to_have_count(2)
    await upload.chat.page.close()
    await upload.server.restart()
    upload.chat = await upload.visitor.chat(upload.conversation_id)
    await upload.expect_arrived("plan.png", "big.bin")


async def test_a_message_that_is_cancelled_in_the_middle_leaves_nothing_anywhere(upload: Upload) -> None:
    await upload.begin(BIG)
    await upload.chat.page.get_by_role("button", name="Cancel this message").click()
    await expect(upload.chat.messages).to_have_count(0)
    await until(lambda: incoming(upload.server) == [])
    await upload.chat.write("Never mind")
    await upload.chat.expect_status("Never mind", "sent")
    assert [message["content"] for message in await upload.arrived()] == ["Never mind"]
    assert await upload.kept() == (0, 0)


async def test_a_refused_file_holds_nobody_up_and_goes_when_it_is_tried_again(
    serve: Serve, visit: Visit
) -> None:
    upload = await _upload(await serve(UPLOAD_QUOTA_MB=QUOTA_MB), visit)
    upload.visitor.watch.expect_status(413)
    filler = await upload.alice.upload(bytes(1_000_000))
    await upload.chat.pick(PNG, BIG)
    await upload.chat.write("Files", "Next")
    failed = upload.chat.message("Files")
    await expect(failed).to_have_attribute("data-status", "failed")
    await expect(failed.get_by_role("alert")).to_contain_text("Your room for files is full")
    await upload.chat.expect_status("Next", "sent")

    await upload.alice.request("DELETE", f"attachments/{filler['_id']}")
    await failed.get_by_role("button", name="Retry").click()
    await expect(failed).to_have_attribute("data-status", "sent")
    assert [message["content"] for message in await upload.arrived()] == ["Next", "Files"]


async def test_what_is_written_after_files_comes_after_them(upload: Upload) -> None:
    await upload.begin(BIG)
    await upload.chat.write("As you see")
    await expect(upload.chat.message("As you see")).to_have_attribute("data-status", "pending")
    await upload.set_pace()
    await upload.chat.expect_status("As you see", "sent")
    assert [message["content"] for message in await upload.arrived()] == ["Files", "As you see"]


async def test_another_tab_shows_the_upload_and_takes_it_over_when_the_first_is_closed(
    upload: Upload,
) -> None:
    other = await upload.visitor.chat(upload.conversation_id)
    await upload.begin(BIG, PNG)
    await expect(other.progress).to_have_attribute("aria-valuenow", UNDER_WAY)
    await upload.chat.page.close()
    upload.chat = other
    await upload.expect_arrived("big.bin", "plan.png")


async def test_a_message_cancelled_in_another_tab_is_not_uploaded_to_its_end(upload: Upload) -> None:
    other = await upload.visitor.chat(upload.conversation_id)
    await upload.begin(BIG)
    await other.page.get_by_role("button", name="Cancel this message").click()
    await expect(upload.chat.messages).to_have_count(0)
    await until(lambda: incoming(upload.server) == [])
    await other.write("Never mind")
    await other.expect_status("Never mind", "sent")
    assert len(await upload.arrived()) == 1
