"""Invitations as time goes by: the clock is the test's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chat.errors import Forbidden
from chat.schemas.invitations import CreateInvitation
from chat.schemas.sessions import Register
from chat.services import accounts, invitations, sessions
from chat.services.actor import Actor
from chat.services.sessions import Client
from tests.services.conftest import Clock, Store

PASSWORD = "correct horse battery staple"
HERE = Client(address="127.0.0.1", user_agent="", locale="fr", is_local=True)


@pytest.fixture
async def owner(store: Store) -> Actor:
    made = await accounts.register(Register(name="Ada", email="ada@example.org", password=PASSWORD), HERE)
    return await sessions.authenticate(made.access_token)


async def invite(owner: Actor, clock: Clock) -> str:
    """The secret part of a link that is good for an hour."""
    wanted = CreateInvitation(expires_at=clock.now + timedelta(hours=1))
    made = await invitations.create_invitation(owner, wanted, "http://here")
    return made.url.rpartition("/")[2]


async def test_invitation_lets_in_when_its_hour_is_not_over(owner: Actor, clock: Clock) -> None:
    token = await invite(owner, clock)
    clock.advance(minutes=59)
    assert await invitations.inviter_name(token) == "Ada"


async def test_invitation_lets_nobody_in_when_its_hour_is_over(owner: Actor, clock: Clock) -> None:
    token = await invite(owner, clock)
    clock.advance(hours=1)
    with pytest.raises(Forbidden):
        await accounts.register(
            Register(name="Bob", email="bob@example.org", password=PASSWORD, invite=token), HERE
        )


async def test_list_leaves_out_what_lets_nobody_in_any_more(owner: Actor, clock: Clock) -> None:
    await invite(owner, clock)
    clock.advance(hours=2)
    await invite(owner, clock)
    assert len((await invitations.list_invitations(owner, "http://here")).invitations) == 1
