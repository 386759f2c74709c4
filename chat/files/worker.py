"""Looks into one file that a stranger sent, in a process of its own that may be killed at any moment.

    python -I worker.py attachment|avatar SOURCE ANSWER MAX_BYTES

Writes what it found into the file ANSWER, as one JSON object. A picture is decoded, turned upright and written anew
beside it, `picture` with a `thumbnail` (an attachment) or cut square as `large` and `small` (an avatar): what is served
has been written by Pillow and carries nothing else, no EXIF, no place, no comment, no bytes behind its end.

Run as a plain file: it must not import the server, which would take longer than most pictures.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

MAX_MEMORY_BYTES = 1024**3
MAX_CPU_S = 20
MAX_OPEN_FILES = 64
NICENESS = 10

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
# What phones take; as RGBA it is 200 MB, and turning it needs twice as much.
MAX_PIXELS = 50_000_000
# Of all frames together: they are held at once while an animation is written.
MAX_ANIMATION_PIXELS = 50_000_000
MAX_FRAMES = 500
FRAME_MS = 100  # of a frame that does not say how long it is shown
THUMBNAIL_PIXELS = 640
THUMBNAIL_QUALITY = 78
PICTURE_QUALITY = 90
AVATAR_PIXELS = {"large": 256, "small": 64}
AVATAR_QUALITY = 85
HEAD_BYTES = 8192
ANSWER_BYTES = 4096


class NotSafe(Exception):
    """A picture that is too much for us."""


def main(purpose: str, source: Path, folder: Path, max_bytes: int) -> dict[str, Any]:
    """Look into `source`; what was found, or `{}`."""
    try:
        found = inspect_picture(purpose, source, folder)
    except Exception as error:  # noqa: BLE001  # decoders raise anything; whatever it is, this is no picture for us
        found = {"refused": type(error).__name__}
    else:
        sizes = [made.stat().st_size for made in folder.iterdir() if made != source]
        if sum(sizes) <= max_bytes:
            return found
        found = {"refused": "TooLarge"}
    return found | inspect_other(source)


def inspect_picture(purpose: str, source: Path, folder: Path) -> dict[str, Any]:
    """Write a picture anew. Raises anything at all when it is none."""
    import warnings

    from PIL import Image, ImageOps

    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    with Image.open(source, formats=FORMATS) as image:
        if image.width * image.height > MAX_PIXELS:
            raise NotSafe
        frames = getattr(image, "n_frames", 1) if image.format != "MPO" else 1
        is_animated = frames > 1
        if is_animated and (
            frames > MAX_FRAMES or frames * image.width * image.height > MAX_ANIMATION_PIXELS
        ):
            raise NotSafe
        kind = "JPEG" if image.format == "MPO" else str(image.format)
        image.load()
        upright = image if is_animated else ImageOps.exif_transpose(image)
        first = in_plain_colours(upright)
        if purpose == "avatar":
            write_avatar(first, folder)
        else:
            # The thumbnail first: writing an animation moves it to its last frame.
            write_thumbnail(first, folder)
            how = how_to_save(image, kind) | (how_to_move(image, frames) if is_animated else {})
            upright.save(folder / "picture", kind, **how)
        return {"type": f"image/{kind.lower()}", "width": upright.width, "height": upright.height}


def how_to_move(image: Any, frames: int) -> dict[str, Any]:
    """All frames, each as long as it was: Pillow 13 would give them all the length of the first."""
    durations = []
    for frame in range(frames):
        image.seek(frame)
        image.load()
        durations.append(round(image.info.get("duration", FRAME_MS)))
    loop = {"loop": image.info["loop"]} if "loop" in image.info else {}
    image.seek(0)
    return {"save_all": True, "duration": durations, **loop}


def how_to_save(image: Any, kind: str) -> dict[str, Any]:
    """As near to the original as its format allows; without comments, and with nothing else asked for."""
    how = _profile(image)
    if kind == "JPEG":
        from PIL import JpegImagePlugin

        # The same tables once more lose next to nothing.
        how |= {"qtables": image.quantization, "comment": b"", "optimize": True}
        sampling = JpegImagePlugin.get_sampling(image)
        if sampling >= 0:
            how["subsampling"] = sampling
    elif kind == "GIF":
        how["comment"] = b""
    elif kind == "WEBP":
        how |= {"quality": PICTURE_QUALITY}
    return how


def in_plain_colours(image: Any) -> Any:
    """A copy in RGB or RGBA, which WebP can hold."""
    has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    return image.convert("RGBA" if has_alpha else "RGB")


def write_thumbnail(picture: Any, folder: Path) -> None:
    thumbnail = picture.copy()
    thumbnail.thumbnail((THUMBNAIL_PIXELS, THUMBNAIL_PIXELS))
    thumbnail.save(folder / "thumbnail", "WEBP", quality=THUMBNAIL_QUALITY, **_profile(picture))


def write_avatar(picture: Any, folder: Path) -> None:
    from PIL import ImageOps

    for name, pixels in AVATAR_PIXELS.items():
        square = ImageOps.fit(picture, (pixels, pixels))
        square.save(folder / name, "WEBP", quality=AVATAR_QUALITY, **_profile(picture))


def _profile(picture: Any) -> dict[str, Any]:
    profile = picture.info.get("icc_profile")
    return {"icc_profile": profile} if profile else {}


def inspect_other(source: Path) -> dict[str, Any]:
    """The type by the first bytes, and the length in seconds of what plays."""
    import filetype

    with source.open("rb") as file:
        guessed = filetype.guess(file.read(HEAD_BYTES))
    found: dict[str, Any] = {"type": guessed.mime} if guessed else {}
    if guessed and guessed.mime.startswith(("audio/", "video/")):
        found |= duration_of(source, guessed.extension)
    return found


def duration_of(source: Path, extension: str) -> dict[str, Any]:
    from tinytag import TinyTag

    try:
        with source.open("rb") as file:
            seconds = TinyTag.get(f"x.{extension}", file_obj=file, tags=False).duration
    except Exception:  # noqa: BLE001  # as above: then nobody is told how long it is
        return {}
    return {"duration": round(seconds, 3)} if seconds else {}


def bound(max_bytes: int) -> None:
    """Take no more of the machine than this, whatever the file makes us do."""
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_S, MAX_CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (max_bytes, max_bytes))
    resource.setrlimit(resource.RLIMIT_NOFILE, (MAX_OPEN_FILES, MAX_OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform.startswith("linux"):  # elsewhere it counts what is merely mapped, or nothing
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    os.nice(NICENESS)


if __name__ == "__main__":
    purpose, source, answer, max_bytes = sys.argv[1:]
    bound(int(max_bytes) + ANSWER_BYTES)
    found = main(purpose, Path(source), Path(answer).parent, int(max_bytes))
    Path(answer).write_text(json.dumps(found), encoding="ascii")
