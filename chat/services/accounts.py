"""Accounts: how one comes to have one, and gets in with it."""

from __future__ import annotations

import hmac

from sqlalchemy import func, select

from chat import database, instance
from chat.database import Reading, Transaction
from chat.errors import BadRequest, Conflict, Forbidden, Unauthenticated
from chat.ids import new_id
from chat.models import User
from chat.schemas import sessions as schemas
from chat.security import passwords
from chat.services import access, audit, invitations, users
from chat.services.sessions import Client, SignedIn, open_session


async def needs_owner() -> bool:
    """Whether nobody has an account yet."""
    async with database.read() as reading:
        return not await _has_users(reading)


async def register(command: schemas.Register, client: Client) -> SignedIn:
    """Make an account and sign in: the first one is the owner's, later ones need what `REGISTRATION` says.

    Raises BadRequest, Forbidden without the right to join, Conflict when the address has an account, RateLimited.
    """
    here = instance.current()
    here.limiter.take("register", client.address)
    email = _normal_email(command.email)
    async with database.read() as reading:  # before the expensive hash
        await _require_may_join(reading, command, client)
    passwords.require_strong(command.password, person=(command.name, email))
    password_hash = await instance.current().passwords.hash(command.password)

    async def change(tx: Transaction) -> SignedIn:
        is_first = await _require_may_join(tx, command, client)
        if await _find_user(tx, email) is not None:
            raise Conflict("email_taken", details={"field": "email"})
        if not is_first and here.settings.registration == "invite":
            (await invitations.open_invitation(tx, command.invite)).uses += 1
        user = User(
            id=new_id(),
            name=command.name,
            email=email,
            password_hash=password_hash,
            role="owner" if is_first else "member",
            locale=client.locale,
            theme="system",
            read_receipts=True,
            created_at=tx.now,
        )
        tx.session.add(user)
        await tx.session.flush()
        tx.record(users.account_changed(user))
        audit.note(tx, "account.created", actor_id=user.id, subject_id=user.id, ip=client.address)
        return await open_session(tx, user, client)

    return await database.write(change)


async def sign_in(command: schemas.Login, client: Client) -> SignedIn:
    """Sign in by address and password.

    Raises Unauthenticated, in the same words and after the same time, for an unknown address, a wrong password and
    a disabled account; RateLimited for one account from one address, and for an address, never for the account alone.
    """
    limiter = instance.current().limiter
    email = command.email.strip().casefold()
    limiter.take("sign_in_address", client.address)
    limiter.take("sign_in", f"{email[: schemas.EMAIL_MAX_CHARS]}|{client.address}")
    async with database.read() as reading:
        user = await _find_user(reading, email)
    hashing = instance.current().passwords
    fits = await hashing.verify(command.password, user.password_hash if user else None)
    if user is None or not fits or not user.is_active:
        raise Unauthenticated("bad_credentials")
    user_id, outdated = user.id, user.password_hash
    renewed = await hashing.hash(command.password) if hashing.is_outdated(outdated) else outdated

    async def change(tx: Transaction) -> SignedIn:
        found = await access.user(tx, user_id)
        if found.password_hash == outdated:  # it may have been changed meanwhile
            found.password_hash = renewed
        audit.note(tx, "session.opened", actor_id=user_id, ip=client.address)
        return await open_session(tx, found, client)

    return await database.write(change)


async def _require_may_join(reading: Reading, command: schemas.Register, client: Client) -> bool:
    """Whether this is the first account. Raises Forbidden when the person may not make one."""
    here = instance.current()
    if not await _has_users(reading):
        token = command.setup_token or ""
        if not client.is_local and not hmac.compare_digest(token.encode(), here.setup_token.encode()):
            raise Forbidden("setup_link_needed")
        return True
    match here.settings.registration:
        case "closed":
            raise Forbidden("registration_closed")
        case "invite":
            await invitations.open_invitation(reading, command.invite)
        case "open":
            pass
    return False


async def _has_users(reading: Reading) -> bool:
    return (
        await reading.session.scalar(select(func.count()).select_from(select(User.id).limit(1).subquery()))
        == 1
    )


async def _find_user(reading: Reading, email: str) -> User | None:
    return (await reading.session.scalars(select(User).where(User.email == email))).one_or_none()


def _normal_email(value: str) -> str:
    """The address as it is stored and compared. Raises BadRequest when it is none.

    Deliberately lax (RFC 5321 allows nearly anything): no mail is ever sent, it is a name to sign in with.
    """
    email = value.strip().casefold()
    name, at, host = email.rpartition("@")
    if (
        not at
        or not name
        or not host
        or len(email) > schemas.EMAIL_MAX_CHARS
        or any(character.isspace() or not character.isprintable() for character in email)
    ):
        raise BadRequest("email_invalid", details={"field": "email"})
    return email
