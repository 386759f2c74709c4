"""Asks the worker what is in a file: one process for each, few at a time, none while nothing is asked."""

from __future__ import annotations

import asyncio
import sys
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


class _Answer(msgspec.Struct):
    """What the worker prints."""

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
    """Runs the workers."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)

    async def inspect(self, source: Path, purpose: Purpose, claimed: str, max_bytes: int) -> Found:
        """Look into `source`; a picture is written anew into its folder, each file at most `max_bytes` long.

        Never fails: a file that breaks its worker, or takes too long, is one of which nothing is known.
        """
        async with self._free:
            answer = await self._ask(source, purpose, max_bytes)
        if answer.width is not None and answer.type is not None:
            return Found(answer.type, answer.width, answer.height)
        return Found(settle(answer.type, claimed), duration=answer.duration)

    async def _ask(self, source: Path, purpose: Purpose, max_bytes: int) -> _Answer:
        command = (sys.executable, "-I", "-B", WORKER, purpose, source, source.parent, max_bytes)
        process = await asyncio.create_subprocess_exec(
            *map(str, command),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},  # no secret of ours is anything to it
        )
        assert process.stdout is not None
        printed = b""
        try:
            async with asyncio.timeout(WITHIN_S):
                printed = await process.stdout.read(MAX_ANSWER_BYTES)
                await process.wait()
            return msgspec.json.decode(printed, type=_Answer)
        except (TimeoutError, msgspec.MsgspecError):
            log.warning("inspection_failed", status=process.returncode, answered=len(printed))
            return _Answer()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
