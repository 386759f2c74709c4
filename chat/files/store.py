"""Files by content: each is called by its SHA-256, written aside first, and never changed.

`incoming/` holds what is being received; it is on the same file system as `files/ab/cd/<sha256>`, so that a file moves
into its place whole or not at all. Whoever refers to a file does so in the database, after it is in its place;
a file that nobody refers to any more goes a day later at the earliest. So a copy of the folder that is made in
between (database first, then files) lacks nothing that its database refers to.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import os
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import TypeVar

import structlog

from chat.errors import Unavailable
from chat.ids import new_id

log = structlog.get_logger(__name__)

T = TypeVar("T")
Lull = Callable[[], Awaitable[None]]

FOLDER = "files"
INCOMING = "incoming"
CHUNK_BYTES = 256 * 1024
# What is written and synced at once. A commit waits for what the disk was given before it: never more than this of a
# file. Much less costs the event loop as many more ways to a thread and back.
PIECE_BYTES = 256 * 1024
# Disks wait more than they work; few enough that a slow one does not gather threads.
THREADS = 4
KEPT_UNREFERRED_S = 24 * 3600
_RETRY_AFTER_S = 10.0
# macOS has the one call only.
_sync_data = getattr(os, "fdatasync", os.fsync)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file that is whole and synced to disk, ready to be put into its place."""

    path: Path
    sha256: str
    size: int


class FileStore:
    """The files of one data folder. All disk work is done in its own threads.

    The database's commits wait for the same disk; `lull` waits until none is likely to come soon.
    """

    def __init__(self, data_dir: Path, lull: Lull) -> None:
        self._lull = lull
        self._folder = data_dir / FOLDER
        self._incoming = data_dir / INCOMING
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="files")
        self._writing = asyncio.Lock()
        # Held from the placing of a file to the commit of what refers to it, and while unreferred files are removed.
        self.changing = asyncio.Lock()

    async def open(self) -> None:
        """Make the folders; remove what an interrupted upload has left."""
        await self._run(self._prepare)

    async def close(self) -> None:
        await asyncio.to_thread(self._threads.shutdown)

    @contextlib.asynccontextmanager
    async def workspace(self) -> AsyncIterator[Path]:
        """A folder for one upload, removed with all that is in it. Raises Unavailable."""
        folder = self._incoming / new_id()
        await self._run(folder.mkdir)
        try:
            yield folder
        finally:
            await asyncio.shield(self._run(shutil.rmtree, folder, True))

    async def write(self, path: Path, chunks: AsyncIterator[bytes]) -> Sealed:
        """Write what comes and sync it. Raises Unavailable, and what `chunks` raises.

        A file is synced as it comes, lest a commit finds all of it in front; one at a time, whoever sends it.
        """
        file = await self._run(_Growing, path)
        try:
            waiting = bytearray()
            async for chunk in chunks:
                waiting += chunk
                if len(waiting) >= PIECE_BYTES:
                    await self._append(file, bytes(waiting))
                    waiting.clear()
            await self._append(file, bytes(waiting))
            return file.sealed()
        finally:
            await asyncio.shield(self._run(file.close))

    async def seal(self, path: Path) -> Sealed:
        """Sync a file to disk and learn its name. Raises Unavailable."""
        return await self._run(_seal, path)

    @contextlib.asynccontextmanager
    async def placed(self, sealed: Sequence[Sealed]) -> AsyncIterator[None]:
        """Put files where their contents belong, for a block that commits what refers to them.

        When the block fails, those that were not there before are removed again. Raises Unavailable.
        """
        async with self.changing:
            new: list[str] = []
            try:
                for file in sealed:
                    if await self._run(self._place, file):
                        new.append(file.sha256)  # noqa: PERF401  # what was placed counts also when the next fails
                yield
            except Exception:  # not a cancellation: then the commit may have happened, and the sweep decides
                await self.remove(new)
                raise

    async def remove(self, sha256s: list[str]) -> None:
        """Remove files from their places, while `changing` is held."""
        await self._run(self._remove, sha256s)

    async def touch(self, sha256s: list[str]) -> None:
        """Begin the day after which files that nobody refers to any more are removed."""
        await self._run(self._touch, sha256s)

    async def size(self, sha256: str) -> int | None:
        """The size in bytes, or None when the file is not there."""
        return await self._run(self._size, sha256)

    async def read(self, sha256: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` up to `end`, in chunks; the next one is read when it is asked for."""
        file = await self._run(self._path(sha256).open, "rb", 0)
        try:
            while start < end:
                chunk = await self._run(os.pread, file.fileno(), min(CHUNK_BYTES, end - start), start)
                if not chunk:
                    return
                yield chunk
                start += len(chunk)
        finally:
            await asyncio.shield(self._run(file.close))

    async def old(self) -> AsyncIterator[list[str]]:
        """All files that have been in their places for a day, a shelf at a time."""
        for shelf in await self._run(self._shelves):
            yield await self._run(self._old_on, shelf)

    async def _append(self, file: _Growing, piece: bytes) -> None:
        async with self._writing:
            await self._lull()
            await self._run(file.append, piece)

    async def _run(self, work: Callable[..., T], *arguments: object) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)
        except OSError as error:
            log.error("files_failed", error=error.strerror, number=error.errno)
            is_full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
            raise Unavailable(
                "disk_full" if is_full else "unavailable", retry_after=_RETRY_AFTER_S
            ) from error

    def _prepare(self) -> None:
        shutil.rmtree(self._incoming, ignore_errors=True)
        for folder in (self._incoming, self._folder):
            folder.mkdir(mode=0o700, exist_ok=True)

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256[2:4] / sha256

    def _place(self, sealed: Sealed) -> bool:
        place = self._path(sealed.sha256)
        if place.exists():
            os.utime(place)
            return False
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        sealed.path.rename(place)
        os.utime(place)
        for folder in (place.parent, place.parent.parent, self._folder):
            _sync_folder(folder)
        return True

    def _remove(self, sha256s: list[str]) -> None:
        for sha256 in sha256s:
            self._path(sha256).unlink(missing_ok=True)

    def _touch(self, sha256s: list[str]) -> None:
        for sha256 in sha256s:
            with contextlib.suppress(FileNotFoundError):
                os.utime(self._path(sha256))

    def _size(self, sha256: str) -> int | None:
        try:
            return self._path(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def _shelves(self) -> list[Path]:
        return sorted(self._folder.iterdir())

    def _old_on(self, shelf: Path) -> list[str]:
        before = time.time() - KEPT_UNREFERRED_S
        return [path.name for path in shelf.glob("*/*") if path.stat().st_mtime < before]


class _Growing:
    """A file that is being received: hashed and synced as it comes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = FileIO(path, "xb")
        self._digest = hashlib.sha256()

    def append(self, piece: bytes) -> None:
        self._digest.update(piece)
        rest = memoryview(piece)
        while rest:  # a disk that is nearly full takes a part
            rest = rest[self._file.write(rest) :]
        _sync_data(self._file.fileno())

    def sealed(self) -> Sealed:
        return Sealed(self._path, self._digest.hexdigest(), self._file.tell())

    def close(self) -> None:
        self._file.close()


def _seal(path: Path) -> Sealed:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
        return Sealed(path, digest, file.tell())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
