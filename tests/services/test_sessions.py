"""Sessions and their tokens as time goes by: the clock is the test's."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select

from chat import database, instance
from chat.database import Transaction
from chat.errors import ChatError, Unauthenticated
from chat.events import AccountChanged, SessionEnded
from chat.models import AuditEntry, User
from chat.schemas.sessions import Login, Register, RotatedTokens
from chat.security.tokens import ACCESS_TOKEN_S, REFRESH_GRACE_S, SESSION_DAYS, TokenError
from chat.services import accounts, sessions
from chat.services.sessions import Client, SignedIn
from tests.services.conftest import Clock, Store

PASSWORD = "correct horse battery staple"
HERE = Client(address="127.0.0.1", user_agent="curl/8", locale="fr", is_local=True)


@pytest.fixture
async def ada(store: Store) -> SignedIn:
    """The owner, just signed in."""
    return await accounts.register(Register(name="Ada", email="ada@example.org", password=PASSWORD), HERE)


async def disable(user_id: str) -> None:
    async def change(tx: Transaction) -> None:
        (await tx.session.get_one(User, user_id)).disabled_at = tx.now

    await database.write(change)


async def is_over(signed_in: SignedIn | RotatedTokens) -> bool:
    """Whether the session behind an access token has ended."""
    try:
        await sessions.authenticate(signed_in.access_token)
    except TokenError as error:
        return error.reason == "session_revoked"
    return False


async def count_entries(action: str) -> int:
    async with database.read() as reading:
        entries = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == action)
        return await reading.session.scalar(entries) or 0


async def test_old_refresh_token_gives_the_very_same_tokens_when_used_again_at_once(ada: SignedIn) -> None:
    first = await sessions.refresh(ada.refresh_token, HERE)
    again = await sessions.refresh(ada.refresh_token, HERE)
    assert again.refresh_token == first.refresh_token != ada.refresh_token


async def test_both_tabs_go_on_when_they_refresh_at_once(ada: SignedIn) -> None:
    tabs = await asyncio.gather(*(sessions.refresh(ada.refresh_token, HERE) for _ in range(2)))
    followers = [await sessions.refresh(tab.refresh_token, HERE) for tab in tabs]
    assert followers[0].refresh_token == followers[1].refresh_token
    assert not await is_over(ada)


@pytest.mark.parametrize("seconds", [0, REFRESH_GRACE_S])
async def test_session_goes_on_when_a_token_is_used_again_within_the_grace(
    ada: SignedIn, clock: Clock, seconds: int
) -> None:
    await sessions.refresh(ada.refresh_token, HERE)
    clock.advance(seconds=seconds)
    await sessions.refresh(ada.refresh_token, HERE)
    assert not await is_over(ada)


async def test_session_ends_for_everyone_when_a_token_is_used_again_after_the_grace(
    ada: SignedIn, store: Store, clock: Clock
) -> None:
    rotated = await sessions.refresh(ada.refresh_token, HERE)
    clock.advance(seconds=REFRESH_GRACE_S + 1)
    with pytest.raises(Unauthenticated):
        await sessions.refresh(ada.refresh_token, HERE)
    with pytest.raises(Unauthenticated):
        await sessions.refresh(rotated.refresh_token, HERE)
    assert await is_over(rotated)
    assert [type(fact) for fact in store.facts if not isinstance(fact, AccountChanged)] == [SessionEnded]
    assert await count_entries("session.reuse_detected") == 1


async def test_session_ends_when_a_token_older_than_the_last_is_used_even_within_the_grace(
    ada: SignedIn,
) -> None:
    second = await sessions.refresh(ada.refresh_token, HERE)
    await sessions.refresh(second.refresh_token, HERE)
    with pytest.raises(Unauthenticated):
        await sessions.refresh(ada.refresh_token, HERE)
    assert await is_over(second)


async def test_nobody_learns_whether_a_session_exists_when_a_token_is_invented(ada: SignedIn) -> None:
    with pytest.raises(Unauthenticated) as unknown:
        await sessions.refresh("no-such-session.forged", HERE)
    await sessions.sign_out(ada.refresh_token.partition(".")[0])
    with pytest.raises(Unauthenticated) as ended:
        await sessions.refresh(ada.refresh_token, HERE)
    assert unknown.value.body("fr") == ended.value.body("fr")


async def test_session_ends_by_itself_when_unused_for_sixty_days(ada: SignedIn, clock: Clock) -> None:
    clock.advance(days=SESSION_DAYS)
    with pytest.raises(Unauthenticated):
        await sessions.refresh(ada.refresh_token, HERE)


async def test_session_lives_on_when_used_every_month(ada: SignedIn, clock: Clock) -> None:
    token = ada.refresh_token
    for _ in range(6):
        clock.advance(days=SESSION_DAYS / 2)
        token = (await sessions.refresh(token, HERE)).refresh_token


async def test_access_token_is_refused_when_its_time_is_over(ada: SignedIn, clock: Clock) -> None:
    clock.advance(seconds=-ACCESS_TOKEN_S - 60)
    early = instance.current().tokens.issue_access(ada.user.id, "any", clock.now)
    with pytest.raises(TokenError) as refusal:
        await sessions.authenticate(early)
    assert refusal.value.reason == "token_expired"


async def test_access_and_refresh_are_refused_when_the_account_is_disabled(ada: SignedIn) -> None:
    await disable(ada.user.id)
    assert await is_over(ada)
    with pytest.raises(Unauthenticated):
        await sessions.refresh(ada.refresh_token, HERE)


async def test_sign_in_says_the_same_when_account_is_unknown_disabled_or_password_wrong(
    ada: SignedIn,
) -> None:
    async def refusal(email: str, password: str) -> dict[str, object]:
        with pytest.raises(ChatError) as error:
            await accounts.sign_in(Login(email=email, password=password), HERE)
        return error.value.body("en")

    wrong = await refusal("ada@example.org", "not the password")
    unknown = await refusal("nobody@example.org", PASSWORD)
    await disable(ada.user.id)
    disabled = await refusal("ada@example.org", PASSWORD)
    assert wrong == unknown == disabled
    assert wrong["code"] == "unauthenticated"


async def test_sign_out_by_a_forged_refresh_token_ends_nothing_when_the_session_exists(ada: SignedIn) -> None:
    await sessions.sign_out_by_token(f"{ada.refresh_token.partition('.')[0]}.forged")
    assert not await is_over(ada)


async def test_no_token_or_password_is_stored_in_clear_when_accounts_and_sessions_are_made(
    ada: SignedIn, store: Store
) -> None:
    rotated = await sessions.refresh(ada.refresh_token, HERE)
    await store.database.close()
    stored = b"".join(path.read_bytes() for path in store.path.parent.iterdir() if path.is_file())
    secrets = [PASSWORD, ada.refresh_token, rotated.refresh_token, ada.access_token, rotated.access_token]
    assert [secret for secret in secrets if secret.rpartition(".")[2].encode() in stored] == []
