"""Files for tests, small and made on the spot."""

from __future__ import annotations

import asyncio
import io
import secrets
import struct
import wave
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from tests.server import ServerProcess

HTML = b"<!doctype html><html><script>document.title = 'run'</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>document.title = "run"</script></svg>'
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), *, left: str = "red", **how: Any) -> bytes:
    """A picture whose left half is of that colour and whose right half is blue."""
    image = Image.new("RGB", size, left)
    image.paste("blue", (size[0] // 2, 0, *size))
    made = io.BytesIO()
    image.save(made, kind, **how)
    return made.getvalue()


def new_face() -> bytes:
    """A picture that nobody has had yet."""
    return picture(left=f"#{secrets.randbelow(1 << 24):06x}")


def animation(frames: int, size: tuple[int, int] = (2, 2), kind: str = "GIF") -> bytes:
    """A picture of so many frames, each of another colour than the one before, for 20, 30, 40, 20, … ms."""
    colours = [(number * 90 % 256, number * 40 % 256, number // 256) for number in range(frames)]
    images = [Image.new("RGB", size, colour) for colour in colours]
    durations = [20 + 10 * (number % 3) for number in range(frames)]
    made = io.BytesIO()
    images[0].save(made, kind, save_all=True, append_images=images[1:], duration=durations, loop=0)
    return made.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be so large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1 << 20))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def sound(seconds: int = 1) -> bytes:
    """Silence, as WAV."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(bytes(8000 * seconds))
    return made.getvalue()


def opened(content: bytes) -> Image.Image:
    """A picture as bytes, to be looked at."""
    return Image.open(io.BytesIO(content))


PICTURE = picture()


def incoming(server: ServerProcess) -> list[Path]:
    """The files that are being uploaded."""
    return list((server.folder / "data" / "incoming").iterdir())


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something in the file system, which tells nobody when it changes."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
