"""Asks the worker what is in a file: one process for each, few at a time, none while nothing is asked."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import msgspec
import structlog

from chat.files.kinds import settle

log = structlog.get_logger(__name__)

Purpose = Literal["attachment", "avatar"]

WORKER: Final = Path(__file__).with_name("worker.py")
# A picture of 50 megapixels takes some 5 s on a small machine; the CPU has a limit of its own in the worker.
WITHIN_S = 30.0
AT_ONCE = 2
MAX_ANSWER_BYTES = 4096
ANSWER = "answer"


class _Answer(msgspec.Struct):
    """What the worker answers."""

    type: str | None = None
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What is in a file. A picture has been written anew, beside it, and its size is in pixels."""

    content_type: str
    width: int | None = None
    height: int | None = None
    duration: float | None = None

    @property
    def is_picture(self) -> bool:
        return self.width is not None


class Inspector:
    """Runs the workers, each awaited in a thread of its own: to start one from the event loop would hold it up."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="inspection")
        self._running: set[subprocess.Popen[bytes]] = set()

    def close(self) -> None:
        """End what is under way: it must not hold up the end of the server."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in list(self._running):
            process.kill()

    async def inspect(self, source: Path, purpose: Purpose, claimed: str, max_bytes: int) -> Found:
        """Look into `source`; a picture is written anew into its folder, each file at most `max_bytes` long.

        Never fails: a file that breaks its worker, or takes too long, is one of which nothing is known.
        """
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(self._threads, self._ask, source, purpose, max_bytes)
        if answer.width is not None and answer.type is not None:
            return Found(answer.type, answer.width, answer.height)
        return Found(settle(answer.type, claimed), duration=answer.duration)

    def _ask(self, source: Path, purpose: Purpose, max_bytes: int) -> _Answer:
        """Run a worker to its end. What breaks it is in the log, and nothing is known of the file."""
        answer = source.with_name(ANSWER)
        try:
            status = self._run([WORKER, purpose, source, answer, max_bytes])
            if status == 0:
                with answer.open("rb") as file:
                    return msgspec.json.decode(file.read(MAX_ANSWER_BYTES), type=_Answer)
            log.warning("inspection_failed", status=status)
        except (OSError, subprocess.TimeoutExpired, msgspec.MsgspecError) as error:
            log.warning("inspection_failed", reason=type(error).__name__)
        return _Answer()

    def _run(self, arguments: Sequence[object]) -> int:
        """The exit status of a worker. Raises TimeoutExpired when it had to be killed, OSError."""
        command = [sys.executable, "-I", "-B", *map(str, arguments)]
        nowhere = subprocess.DEVNULL
        # No secret of ours is anything to it, hence the empty environment.
        process = subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, env={})  # noqa: S603
        with process:
            self._running.add(process)
            try:
                return process.wait(WITHIN_S)
            finally:
                process.kill()
                self._running.discard(process)
