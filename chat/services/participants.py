"""Who takes part in a group, in which role, and what the group is called: each change is a message of the system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from chat import database
from chat.database import Reading, Transaction
from chat.errors import BadRequest, Conflict, Forbidden, NotFound
from chat.events import GroupUpdated, MemberAdded, MemberRemoved
from chat.ids import new_id
from chat.models import Conversation, Message, Participant, User
from chat.schemas import conversations as schemas
from chat.schemas.messages import Changed
from chat.schemas.messages import Message as MessageView
from chat.services import access, advances, audit, conversations
from chat.services.actor import Actor
from chat.services.message_views import show_messages
from chat.services.people import people

# What a role may do to others: only to those below it, admins also to each other.
_RANKS = {"owner": 3, "admin": 2, "moderator": 1, "member": 0}


async def add_member(actor: Actor, command: schemas.AddMember, role: schemas.Role = "member") -> Changed:
    """Take somebody into a group. Its moderators and above may; who is in already changes nothing.

    Raises NotFound for an unknown group or person, Forbidden without the right, Conflict when the group is full.
    """

    async def change(tx: Transaction) -> Changed:
        conversation, own = await _group(tx, actor, command.conversation_id)
        access.require_role(own, access.MODERATORS)
        _require_rank_above(own, role)
        newcomer = await access.user(tx, command.new_user_id)
        if await tx.session.get(Participant, (conversation.id, newcomer.id)) is not None:
            return Changed(seq=conversation.last_seq)
        access.require_reachable(actor, newcomer.id)
        if await _count(tx, conversation) >= schemas.MAX_GROUP_SIZE:
            raise Conflict("group_full", limit=schemas.MAX_GROUP_SIZE)
        message = await _tell(tx, actor, conversation, "member_added", newcomer, role=role)
        tx.session.add(
            Participant(
                conversation_id=conversation.id,
                user_id=newcomer.id,
                role=role,
                joined_seq=message.seq,
                joined_at=tx.now,
                last_read_seq=message.seq,
                last_delivered_seq=message.seq,
            )
        )
        await tx.session.flush()
        tx.record(
            MemberAdded(
                conversation_id=conversation.id,
                seq=message.seq,
                new_user_id=newcomer.id,
                new_user=people.summary(newcomer.id),
                conversation_name=conversation.name,
                added_by=actor.user_id,
                message=await _view(tx, actor, message),
                conversation=await conversations.show_conversation(tx, newcomer.id, conversation.id),
            )
        )
        return Changed(seq=message.seq)

    return await database.write(change)


async def remove_member(actor: Actor, command: schemas.RemoveMember) -> Changed:
    """Take somebody out of a group: those below one's own role, admins also each other. From this moment they get
    nothing more (R8). Oneself: as `leave_group`.

    Raises NotFound for an unknown group or member, Forbidden without the right.
    """
    if command.removed_user_id == actor.user_id:
        return await leave_group(actor, command.conversation_id, schemas.LeaveGroup())

    async def change(tx: Transaction) -> Changed:
        conversation, own = await _group(tx, actor, command.conversation_id)
        access.require_role(own, access.MODERATORS)
        removed = await tx.session.get(Participant, (conversation.id, command.removed_user_id))
        if removed is None:
            raise NotFound
        _require_rank_above(own, removed.role)
        person = await tx.session.get_one(User, removed.user_id)
        message = await _tell(tx, actor, conversation, "member_removed", person)
        audit.note(tx, "member.removed", actor_id=actor.user_id, subject_id=person.id)
        return await _remove(tx, actor, removed, message)

    return await database.write(change)


async def leave_group(actor: Actor, conversation_id: str, command: schemas.LeaveGroup) -> Changed:
    """Leave a group. Its last admin names a successor first, unless nobody is left.

    Raises NotFound, Conflict `last_admin` without a successor, BadRequest when the successor is no other member.
    """

    async def change(tx: Transaction) -> Changed:
        conversation, own = await _group(tx, actor, conversation_id)
        if own.role in access.ADMINS:
            await _hand_over(tx, actor, conversation, command.successor_id)
        person = await tx.session.get_one(User, actor.user_id)
        message = await _tell(tx, actor, conversation, "member_left", person)
        return await _remove(tx, actor, own, message)

    return await database.write(change)


async def change_role(
    actor: Actor, conversation_id: str, user_id: str, command: schemas.MemberRole
) -> Changed:
    """Give a member another role: admins may, up to their own role, to those who do not stand above them.

    Of two admins who demote each other at once the first wins: the second is no admin any more.
    Raises NotFound, Forbidden, Conflict when the group would be left without an admin.
    """

    async def change(tx: Transaction) -> Changed:
        conversation, own = await _group(tx, actor, conversation_id)
        access.require_role(own, access.ADMINS)
        member = await tx.session.get(Participant, (conversation.id, user_id))
        if member is None:
            raise NotFound
        _require_rank_above(own, member.role)
        _require_rank_above(own, command.role)
        if member.role == command.role:
            return Changed(seq=conversation.last_seq)
        if member.role in access.ADMINS and command.role not in access.ADMINS:
            await _require_other_admin(tx, conversation, member.user_id)
        person = await tx.session.get_one(User, user_id)
        member.role = command.role
        audit.note(tx, f"member.made_{command.role}", actor_id=actor.user_id, subject_id=user_id)
        message = await _tell(tx, actor, conversation, "role_changed", person, role=command.role)
        updates = {"participants": [{"_id": user_id, "role": command.role}]}
        return await _record_update(tx, actor, conversation, updates, message)

    return await database.write(change)


async def update_group(actor: Actor, command: schemas.UpdateGroup) -> Changed:
    """Change a group's name or description: its admins may. What is the same already changes nothing.

    Raises NotFound, Forbidden, BadRequest when nothing is asked for.
    """

    async def change(tx: Transaction) -> Changed:
        conversation = await require_may_change_info(tx, actor, command.conversation_id)
        asked = {"name": command.updates.name, "description": command.updates.description}
        given = {name: value for name, value in asked.items() if value is not None}
        if not given:
            raise BadRequest("nothing_to_update", details={"field": "updates"})
        return await change_info(tx, actor, conversation, given)

    return await database.write(change)


async def require_may_change_info(reading: Reading, actor: Actor, conversation_id: str) -> Conversation:
    """A group whose name, description and picture the actor may change. Raises NotFound, BadRequest, Forbidden."""
    conversation, own = await _group(reading, actor, conversation_id)
    access.require_role(own, access.ADMINS)
    return conversation


async def change_info(
    tx: Transaction, actor: Actor, conversation: Conversation, wanted: Mapping[str, str | None]
) -> Changed:
    """Change what a group is called, says of itself or looks like; what is the same already changes nothing."""
    updates = {name: value for name, value in wanted.items() if value != getattr(conversation, name)}
    if not updates:
        return Changed(seq=conversation.last_seq)
    for name, value in updates.items():
        setattr(conversation, name, value)
    message = await _tell(tx, actor, conversation, "info_changed", None, updates=updates)
    return await _record_update(tx, actor, conversation, updates, message)


async def _group(reading: Reading, actor: Actor, conversation_id: str) -> tuple[Conversation, Participant]:
    conversation, own = await access.conversation(reading, actor, conversation_id)
    if not conversation.is_group:
        raise BadRequest("not_a_group", details={"field": "conversationId"})
    return conversation, own


def _require_rank_above(own: Participant, role: str) -> None:
    """Roles below one's own; admins and owners also their own."""
    reach = _RANKS[own.role] if own.role in access.ADMINS else _RANKS[own.role] - 1
    if _RANKS[role] > reach:
        raise Forbidden("role_too_low")


async def _count(tx: Transaction, conversation: Conversation) -> int:
    return (
        await tx.session.scalar(select(func.count()).where(Participant.conversation_id == conversation.id))
        or 0
    )


async def _other_admins(tx: Transaction, conversation: Conversation, user_id: str) -> int:
    return (
        await tx.session.scalar(
            select(func.count()).where(
                Participant.conversation_id == conversation.id,
                Participant.user_id != user_id,
                Participant.role.in_(access.ADMINS),
            )
        )
        or 0
    )


async def _require_other_admin(tx: Transaction, conversation: Conversation, user_id: str) -> None:
    if not await _other_admins(tx, conversation, user_id):
        raise Conflict("last_admin", details={"field": "role"})


async def _hand_over(
    tx: Transaction, actor: Actor, conversation: Conversation, successor_id: str | None
) -> None:
    """See to it that a group which its last admin leaves has another one."""
    if successor_id is None:
        is_alone = await _count(tx, conversation) == 1
        if not is_alone and not await _other_admins(tx, conversation, actor.user_id):
            raise Conflict("last_admin", details={"field": "successorId"})
        return
    successor = await tx.session.get(Participant, (conversation.id, successor_id))
    if successor is None or successor_id == actor.user_id:
        raise BadRequest("successor_not_member", details={"field": "successorId"})
    if successor.role not in access.ADMINS:
        successor.role = "admin"
        person = await tx.session.get_one(User, successor_id)
        message = await _tell(tx, actor, conversation, "role_changed", person, role="admin")
        updates = {"participants": [{"_id": successor_id, "role": "admin"}]}
        await _record_update(tx, actor, conversation, updates, message)


async def _tell(
    tx: Transaction,
    actor: Actor,
    conversation: Conversation,
    kind: str,
    person: User | None,
    **more: Any,
) -> Message:
    """Put the change into the history as a message of the system; its `seq` is the change's."""
    system: dict[str, Any] = {"kind": kind, "by": actor.user_id, "byName": actor.name, **more}
    if person is not None:
        system |= {"userId": person.id, "name": person.name}
    message = Message(
        id=new_id(),
        conversation_id=conversation.id,
        seq=await tx.next_seq(conversation.id, is_activity=True),
        sender_id=actor.user_id,
        type="system",
        content="",
        system=system,
        created_at=tx.now,
    )
    tx.session.add(message)
    await tx.session.flush()
    return message


async def _view(tx: Transaction, actor: Actor, message: Message) -> MessageView:
    return (await show_messages(tx, actor.user_id, [message]))[0]


async def _remove(tx: Transaction, actor: Actor, removed: Participant, message: Message) -> Changed:
    await advances.record_departure(tx, removed.conversation_id, removed.user_id)
    await tx.session.delete(removed)
    await tx.session.flush()
    tx.record(
        MemberRemoved(
            conversation_id=removed.conversation_id,
            seq=message.seq,
            removed_user_id=removed.user_id,
            message=await _view(tx, actor, message),
        )
    )
    return Changed(seq=message.seq)


async def _record_update(
    tx: Transaction,
    actor: Actor,
    conversation: Conversation,
    updates: dict[str, Any],
    message: Message,
) -> Changed:
    await tx.session.flush()
    tx.record(
        GroupUpdated(
            conversation_id=conversation.id,
            seq=message.seq,
            updates=updates,
            message=await _view(tx, actor, message),
        )
    )
    return Changed(seq=message.seq)
