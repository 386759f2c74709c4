"""The store of files: what is kept, what goes, and when."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from chat import database, instance
from chat.config import Settings
from chat.errors import Unavailable
from chat.instance import Instance
from chat.schemas.attachments import Attachment
from chat.schemas.conversations import CreateConversation
from chat.schemas.messages import DeleteMessage, SendMessage
from chat.services import attachments, avatars, conversations, messages, sending
from chat.services.actor import Actor
from chat.services.housekeeping import sweep
from chat.services.uploads import Offered
from tests.files import PICTURE, picture
from tests.services.conftest import Clock, Store, registered

DAY_S = 24 * 3600


@pytest.fixture
async def ada(store: Store, settings: Settings) -> AsyncIterator[Actor]:
    here = Instance.of(replace(settings, registration="open"))
    instance.use(here)
    await here.files.open()
    yield await registered("Ada")
    await here.files.close()


@pytest.fixture
def folder(settings: Settings) -> Path:
    return settings.data_dir / "files"


async def chunks(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def upload(actor: Actor, content: bytes) -> Attachment:
    return await attachments.upload(actor, Offered("file", "", chunks(content)))


async def send(actor: Actor, *files: Attachment) -> str:
    """A message with files to a group of one; returns its id."""
    group, _ = await conversations.create_conversation(
        actor, CreateConversation(participant_ids=[], name="Alone")
    )
    command = SendMessage(conversation_id=group.id, attachments=[file.id for file in files])
    return (await sending.send_message(actor, command)).message_id


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def age(folder: Path, seconds: float) -> None:
    """Make all files look as if they had been there for so long."""
    for path in kept(folder):
        os.utime(path, (time.time() - seconds,) * 2)


async def test_file_is_called_by_its_content_and_in_its_place(ada: Actor, folder: Path) -> None:
    await upload(ada, b"abc")
    name = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert [path.relative_to(folder).as_posix() for path in kept(folder)] == [f"ba/78/{name}"]


async def test_upload_that_no_message_took_is_gone_after_a_day(
    ada: Actor, clock: Clock, folder: Path
) -> None:
    waiting, sent = await upload(ada, b"waiting"), await upload(ada, b"sent")
    await send(ada, sent)
    clock.advance(hours=23)
    await sweep()
    assert (await attachments.download(ada, waiting.id)).size == 7
    clock.advance(hours=2)
    await sweep()
    with pytest.raises(Exception, match="not_found"):
        await attachments.download(ada, waiting.id)
    assert (await attachments.download(ada, sent.id)).size == 4


async def test_disk_is_freed_a_day_after_the_last_reference_has_gone(ada: Actor, folder: Path) -> None:
    first, second = await upload(ada, b"the same"), await upload(ada, b"the same")
    message = await send(ada, first)
    age(folder, 3 * DAY_S)
    await attachments.discard(ada, second.id)
    age(folder, 3 * DAY_S)
    await sweep()
    assert len(kept(folder)) == 1, "a message still refers to it"
    await messages.delete_message(ada, DeleteMessage(message_id=message))
    await sweep()
    assert len(kept(folder)) == 1, "a backup under way may still want it"
    age(folder, DAY_S + 60)
    await sweep()
    assert kept(folder) == []


async def test_thumbnails_go_and_stay_with_their_pictures(ada: Actor, folder: Path) -> None:
    picture = await upload(ada, PICTURE)
    age(folder, 3 * DAY_S)
    await sweep()
    assert len(kept(folder)) == 2
    await attachments.discard(ada, picture.id)
    age(folder, 3 * DAY_S)
    await sweep()
    assert kept(folder) == []


async def test_what_a_crash_left_is_removed_at_the_start(ada: Actor, folder: Path) -> None:
    """A file in its place whose row was never committed, and a half-received one."""
    await upload(ada, b"whole")
    (folder.parent / "incoming" / "x").mkdir()
    (folder.parent / "incoming" / "x" / "source").write_bytes(b"half")
    stray = folder / "ab" / "cd" / ("abcd" + "0" * 60)
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"no row refers to it")
    age(folder, 3 * DAY_S)
    await instance.current().files.open()
    await sweep()
    assert [path.read_bytes() for path in kept(folder)] == [b"whole"]
    assert list((folder.parent / "incoming").iterdir()) == []


async def test_file_that_is_being_placed_again_survives_a_sweep(ada: Actor, folder: Path) -> None:
    """Its last reference went long ago; a new one comes between the sweep's look and its removal, or before it."""
    old = await upload(ada, b"the same")
    await attachments.discard(ada, old.id)
    age(folder, 3 * DAY_S)
    files = instance.current().files
    shelves = [sha256s async for sha256s in files.old()]
    new = await upload(ada, b"the same")
    assert shelves == [[path.name for path in kept(folder)]]
    await sweep()
    assert (await attachments.download(ada, new.id)).size == 8


async def test_nothing_is_left_when_the_row_cannot_be_written(
    ada: Actor, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(change: object) -> None:
        raise Unavailable("disk_full")

    monkeypatch.setattr(database, "write", refuse)
    with pytest.raises(Unavailable):
        await upload(ada, PICTURE)
    assert kept(folder) == []
    assert list((folder.parent / "incoming").iterdir()) == []


async def test_backup_of_database_then_files_is_whole_whatever_happens_in_between(
    ada: Actor, store: Store, folder: Path, tmp_path: Path
) -> None:
    """Copied while a file goes and another comes: the copy of the rows finds every file that it refers to."""
    going = await upload(ada, b"going")
    age(folder, 3 * DAY_S)
    copy = tmp_path / "backup.db"
    with sqlite3.connect(store.path) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    await attachments.discard(ada, going.id)
    await upload(ada, b"coming")
    await sweep()
    copied = {path.name for path in kept(folder)}
    with sqlite3.connect(copy) as file:
        referred = {row[0] for row in file.execute("SELECT sha256 FROM attachments")}
    assert len(referred) == 1
    assert referred <= copied


async def test_face_that_nobody_wears_any_more_leaves_the_disk(ada: Actor, folder: Path) -> None:
    worn = await avatars.set_own(ada, Offered("face", "", chunks(picture(left="green"))))
    await avatars.set_own(ada, Offered("face", "", chunks(picture(left="yellow"))))
    age(folder, 3 * DAY_S)
    await sweep()
    age(folder, 3 * DAY_S)
    await sweep()
    assert worn.avatar is not None
    assert len(kept(folder)) == 2
    assert worn.avatar.rsplit("/", 1)[1] not in {path.name for path in kept(folder)}
