"""Files that look like something, for scenes and stories: photographs, a film, a sound, documents."""

from __future__ import annotations

import io
import math
from pathlib import Path

from PIL import Image, ImageDraw

from tests.files import PDF, sound
from tests.people import Json, Person

CLIP = Path(__file__).with_name("media") / "clip.webm"
SKIES = ((238, 174, 112), (120, 170, 214), (206, 120, 130), (150, 196, 190), (92, 104, 150), (226, 200, 150))


def landscape(number: int = 0, size: tuple[int, int] = (960, 640)) -> bytes:
    """A photograph, as JPEG: hills under a sky that is another for each number."""
    width, height = size
    image = Image.new("RGB", size, SKIES[number % len(SKIES)])
    draw = ImageDraw.Draw(image)
    sun = width * (0.2 + 0.13 * (number % 5)), height * 0.32
    radius = min(size) * 0.09
    draw.ellipse((sun[0] - radius, sun[1] - radius, sun[0] + radius, sun[1] + radius), (255, 244, 214))
    for layer in range(4):
        shade = 1 - layer * 0.2
        colour = tuple(int(part * shade) for part in (96, 132, 104))
        top = [
            (
                x,
                height * (0.5 + 0.13 * layer)
                + math.sin(x / width * (5 + layer) + number + layer * 2) * height * 0.07,
            )
            for x in range(0, width + 16, 16)
        ]
        draw.polygon([(0, height), *top, (width, height)], colour)
    made = io.BytesIO()
    image.save(made, "JPEG", quality=82)
    return made.getvalue()


async def send_files(sender: Person, conversation_id: str, *files: Json, content: str = "") -> Json:
    """Send files that were uploaded, as one message; returns the ack."""
    message = {"content": content, "attachments": [file["_id"] for file in files]}
    return await sender.post(f"conversations/{conversation_id}/messages", message)  # type: ignore[no-any-return]


async def photographs(
    sender: Person, count: int, *, first: int = 0, size: tuple[int, int] = (960, 640)
) -> list[Json]:
    """So many photographs, uploaded."""
    return [
        await sender.upload(landscape(number, size), f"garden-{number + 1}.jpg", "image/jpeg")
        for number in range(first, first + count)
    ]


async def film(sender: Person) -> Json:
    return await sender.upload(CLIP.read_bytes(), "walk along the railway.webm", "video/webm")


async def tune(sender: Person, seconds: int = 42) -> Json:
    return await sender.upload(sound(seconds), "blackbird at five.wav", "audio/wav")


async def documents(sender: Person) -> list[Json]:
    """Of several kinds, with names in several scripts."""
    named = (
        (PDF, "Plan of the beds, spring.pdf"),
        (bytes(180_000), "تقرير الحديقة 2026.xlsx"),
        (bytes(20), "notes\u202egnp.exe"),
    )
    return [await sender.upload(content, name, "application/octet-stream") for content, name in named]


async def fill(conversation_id: str, me: Person, ada: Person, ben: Person) -> None:
    """One message of each form that files can have, between three people of a group."""
    first = await send_files(ada, conversation_id, *await photographs(ada, 1))
    await send_files(
        ben, conversation_id, *await photographs(ben, 3, first=1), content="The first three days."
    )
    await send_files(me, conversation_id, *await photographs(me, 9, first=4))
    await send_files(ada, conversation_id, *await photographs(ada, 1, first=2, size=(500, 900)))
    await send_files(ben, conversation_id, await film(ben), content="It moves!")
    await send_files(me, conversation_id, await tune(me))
    await send_files(
        ada, conversation_id, *await documents(ada), content="All that we have **written** so far."
    )
    await send_files(me, conversation_id, (await documents(me))[0])
    reply = {"content": "What a sky", "replyTo": first["messageId"]}
    await ben.post(f"conversations/{conversation_id}/messages", reply)
    await send_files(ada, conversation_id, *await photographs(ada, 2))


async def wear_faces(*people: Person) -> None:
    for number, person in enumerate(people):
        worn = await person.offer(landscape(number, (400, 400)), "face.jpg", to=("PUT", "users/me/avatar"))
        assert worn.status_code == 200, worn.text
