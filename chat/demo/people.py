"""Who lives in the demo: people with French and English names, whom they know, and in which circles they talk."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from chat.demo.rows import Rows
from chat.demo.words import words
from chat.ids import new_id
from chat.locales import LOCALES
from chat.models import Contact, Session, User
from chat.security.tokens import SESSION_DAYS, hash_refresh
from chat.services.devices import device_name

# Reserved by RFC 2606: no such address is anybody's.
DOMAIN: Final = "@demo.example"
ACCOUNT_AGE_DAYS = (60, 180)
LAST_SEEN_MEAN_HOURS = 20.0
FRENCH_SHARE = 0.66
MIXED_SHARE = 0.1
FRIENDS = 2
FRIENDS_OF_OWNER = 9
GROUPS_OF_OWNER = 5
PEOPLE_PER_GROUP = 8  # one group for so many people
GROUP_SIZES = (3, 16)
LARGEST_CIRCLE = 200

_DEVICES: Final = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/137.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/137.0.0.0 Safari/537.36",
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account and one signed-in device."""

    id: str
    name: str
    email: str
    locale: str
    session_id: str


@dataclass(frozen=True, slots=True)
class Circle:
    """People who talk with each other, the one who brought them together first; `name` is a group's."""

    members: list[Person]
    locale: str
    name: str | None = None


def make_people(rng: Random, rows: Rows, now: datetime, count: int, password_hash: str) -> list[Person]:
    """`count` people, the first of them the owner."""
    taken: set[str] = set()
    return [_make_person(rng, rows, now, password_hash, number == 0, taken) for number in range(count)]


def make_circles(rng: Random, rows: Rows, now: datetime, people: list[Person]) -> list[Circle]:
    """Direct pairs, groups, and one group of everybody (200 at the most). The owner knows more people than most."""
    pairs = _pairs(rng, people)
    for one, other in pairs:
        for owner, known in ((one, other), (other, one)):
            rows.add(Contact, owner_id=owner.id, user_id=known.id, created_at=now)
    circles = [_circle([one, other]) for one, other in pairs]
    if len(people) < GROUP_SIZES[0]:
        return circles
    everyone = people[:LARGEST_CIRCLE]
    groups = [Circle(everyone, people[0].locale, words(people[0].locale).everyone)]
    for number in range(max(len(people) // PEOPLE_PER_GROUP, GROUPS_OF_OWNER)):
        size = min(rng.randint(*GROUP_SIZES), len(people))
        first = people[0] if number < GROUPS_OF_OWNER else rng.choice(people)
        speakers = _speakers(people, first.locale)
        near = people if len(speakers) < size or rng.random() < MIXED_SHARE else speakers
        chosen = rng.sample(near, min(size, len(near)))
        members = [first, *(person for person in chosen if person is not first)]
        names = words(first.locale).groups
        groups.append(Circle(members, first.locale, names[number % len(names)]))
    return groups + circles


def _make_person(
    rng: Random, rows: Rows, now: datetime, password_hash: str, is_owner: bool, taken: set[str]
) -> Person:
    locale = "fr" if is_owner or rng.random() < FRENCH_SHARE else "en"
    known = words(locale)
    name = f"{known.first[0]} {known.last[0]}" if is_owner else _new_name(rng, locale, taken)
    person = Person(new_id(), name, _new_email(name, taken), locale, new_id())
    taken |= {person.name, person.email}
    came = now - timedelta(days=rng.uniform(*ACCOUNT_AGE_DAYS))
    seen = now - timedelta(hours=rng.expovariate(1 / LAST_SEEN_MEAN_HOURS) % 300)
    rows.add(
        User,
        id=person.id,
        name=name,
        email=person.email,
        password_hash=password_hash,
        role="owner" if is_owner else "member",
        locale=locale,
        theme="system",
        read_receipts=True,
        last_seen_at=seen,
        created_at=came,
    )
    device = rng.choice(_DEVICES)
    rows.add(
        Session,
        id=person.session_id,
        user_id=person.id,
        # Nobody has the token of this hash: the session is used by its access token, and ends by itself.
        refresh_hash=hash_refresh(secrets.token_urlsafe()),
        rotated_at=now,
        device_name=device_name(device),
        ip="127.0.0.1",
        user_agent=device,
        created_at=came,
        last_activity_at=seen,
        expires_at=now + timedelta(days=SESSION_DAYS),
    )
    return person


def _new_name(rng: Random, locale: str, taken: set[str]) -> str:
    """A name that nobody has yet; once most are taken, one that somebody else has, too."""
    known = words(locale)
    name = ""
    for _ in range(10):
        name = f"{rng.choice(known.first)} {rng.choice(known.last)}"
        if name not in taken:
            break
    return name


def _new_email(name: str, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", name.lower().replace("’", "").replace(" ", "."))
    local = plain.encode("ascii", "ignore").decode()
    email, number = f"{local}{DOMAIN}", 1
    while email in taken:
        number += 1
        email = f"{local}{number}{DOMAIN}"
    return email


def _pairs(rng: Random, people: list[Person]) -> list[tuple[Person, Person]]:
    """Who knows whom, each pair once; mostly people of one language."""
    by_locale = {locale: _speakers(people, locale) for locale in LOCALES}
    found: dict[frozenset[str], tuple[Person, Person]] = {}
    for number, person in enumerate(people):
        for _ in range(FRIENDS if number else FRIENDS_OF_OWNER):
            near = people if rng.random() < MIXED_SHARE else by_locale[person.locale]
            friend = rng.choice(near if len(near) > 1 else people)
            if friend is not person:
                found.setdefault(frozenset((person.id, friend.id)), (person, friend))
    return list(found.values())


def _speakers(people: list[Person], locale: str) -> list[Person]:
    return [person for person in people if person.locale == locale]


def _circle(pair: list[Person]) -> Circle:
    """A French and an English person talk English."""
    return Circle(pair, "fr" if all(person.locale == "fr" for person in pair) else "en")
