"""How conversations are shown: with their people, last message and unread count, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, literal_column, select

from chat.bulk import as_given, given_ids
from chat.database import AnyRow, Reading
from chat.models import Conversation, Message, Participant, User
from chat.schemas import conversations as schemas
from chat.schemas.messages import Message as MessageView
from chat.schemas.users import UserSummary
from chat.services.acquaintances import acquaintances
from chat.services.advances import told_to
from chat.services.cursors import Cursor, tally_of
from chat.services.message_views import SHOWN, show_with_tallies
from chat.services.people import people
from chat.times import iso, iso_or_none

# Counting ends where nobody reads the number any more, or it would cost as much as there is to be read: at so many
# unread messages, looked for among so many of the newest (one's own, deleted and system messages lie between them).
UNREAD_MOST = 100
UNREAD_AMONG = 500

_conversations, _messages = Conversation.__table__, Message.__table__
_participants, _users = Participant.__table__, User.__table__
_newest, _counted = _messages.alias("newest"), _messages.alias("counted")
_wanted = given_ids("wanted")

_MEMBERS = (
    select(
        _participants.c.conversation_id,
        _participants.c.role,
        _participants.c.user_id,
        _participants.c.joined_seq,
        _participants.c.last_delivered_seq,
        _participants.c.last_read_seq,
    )
    .where(_participants.c.conversation_id.in_(_wanted))
    .order_by(_participants.c.conversation_id, _participants.c.user_id)  # as the primary key has them
)
_LAST_SEEN = select(_users.c.id, _users.c.last_seen_at).where(
    _users.c.id.in_(select(_participants.c.user_id).where(_participants.c.conversation_id.in_(_wanted)))
)
# One index seek a conversation; max(seq) with GROUP BY would read every entry of each.
_LAST_MESSAGES = (
    select(*SHOWN)
    .join_from(
        _conversations,
        _messages,
        (_messages.c.conversation_id == _conversations.c.id)
        & (
            _messages.c.seq
            == select(func.max(_newest.c.seq))
            .where(_newest.c.conversation_id == _conversations.c.id)
            .correlate(_conversations)
            .scalar_subquery()
        ),
    )
    .where(_conversations.c.id.in_(_wanted))
)
_NEWEST = (
    select(_counted.c.sender_id, _counted.c.type, _counted.c.deleted_at)
    .where(
        _counted.c.conversation_id == _participants.c.conversation_id,
        _counted.c.seq > _participants.c.last_read_seq,
    )
    .order_by(_counted.c.seq.desc())
    .limit(UNREAD_AMONG)
    .correlate(_participants)
    .subquery("newest_messages")
)
# Others' messages after one's own cursor; what is deleted or told by the system asks for no attention.
_UNREAD = (
    select(literal_column("1"))
    .where(
        _NEWEST.c.sender_id != bindparam("viewer"),
        _NEWEST.c.type != "system",
        _NEWEST.c.deleted_at.is_(None),
    )
    .limit(UNREAD_MOST)
    .correlate(_participants)
    .subquery("unread")
)
_UNREAD_COUNTS = select(
    _participants.c.conversation_id,
    select(func.count()).select_from(_UNREAD).correlate(_participants).scalar_subquery(),
).where(_participants.c.user_id == bindparam("viewer"), _participants.c.conversation_id.in_(_wanted))


class _Member(NamedTuple):
    """A participant's role, and where they stand."""

    role: str
    cursor: Cursor


class _Face(NamedTuple):
    """A person as the viewer sees them in every conversation that the two share."""

    summary: UserSummary
    is_online: bool
    last_seen: str | None


async def show_conversations(
    reading: Reading, viewer_id: str, rows: Sequence[AnyRow]
) -> list[schemas.Conversation]:
    """Conversations (rows of access.VISIBLE) as `viewer_id` sees them, in the order given."""
    if not rows:
        return []
    wanted = {"viewer": viewer_id, "wanted": as_given(row.id for row in rows)}
    members = await _load_members(reading, wanted)
    faces = await _load_faces(reading, wanted)
    last = await _load_last_messages(reading, wanted, members)
    unread = dict((await reading.connection.execute(_UNREAD_COUNTS, wanted)).all())
    return [
        schemas.Conversation(
            id=row.id,
            is_group=row.is_group,
            name=row.name,
            avatar=row.avatar,
            description=row.description,
            participants=_show_members(viewer_id, members[row.id], faces),
            last_message=last.get(row.id),
            last_seq=row.last_seq,
            unread_count=unread[row.id],
            muted=(is_muted := _is_muted(row, reading.now)),
            muted_until=iso_or_none(row.muted_until) if is_muted else None,
            archived=row.archived,
            created_at=iso(row.created_at),
            updated_at=iso(row.updated_at),
        )
        for row in rows
    ]


async def _load_members(reading: Reading, wanted: dict[str, Any]) -> dict[str, list[_Member]]:
    """The participants of each conversation, in the order in which they joined."""
    members: defaultdict[str, list[_Member]] = defaultdict(list)
    for conversation_id, role, *place in await reading.connection.execute(_MEMBERS, wanted):
        members[conversation_id].append(_Member(role, Cursor(*place)))
    for joined in members.values():
        joined.sort(key=_joined_seq)  # stable: those who were there from the beginning stay by their ids
    return members


def _joined_seq(member: _Member) -> int:
    return member.cursor.joined_seq


async def _load_faces(reading: Reading, wanted: dict[str, Any]) -> dict[str, _Face]:
    """Everyone who takes part in any of the conversations, once however many they share."""
    viewer_id = wanted["viewer"]
    return {
        user_id: _Face(
            people.summary(user_id),
            acquaintances.is_online_for(viewer_id, user_id, in_conversation=True),
            acquaintances.last_seen_for(viewer_id, user_id, last_seen_at, in_conversation=True),
        )
        for user_id, last_seen_at in await reading.connection.execute(_LAST_SEEN, wanted)
    }


async def _load_last_messages(
    reading: Reading, wanted: dict[str, Any], members: Mapping[str, Sequence[_Member]]
) -> dict[str, MessageView]:
    rows = (await reading.connection.execute(_LAST_MESSAGES, wanted)).all()
    viewer_id = wanted["viewer"]
    tallies = []
    for row in rows:
        cursors = [member.cursor for member in members[row.conversation_id]]
        tallies.append(tally_of(row.seq, row.sender_id, told_to(viewer_id, cursors)))
    shown = await show_with_tallies(reading, rows, tallies)
    return {message.conversation_id: message for message in shown}


def _show_members(
    viewer_id: str, members: Sequence[_Member], faces: Mapping[str, _Face]
) -> list[schemas.Participant]:
    silent = people.silent_readers
    sees_read = viewer_id not in silent
    shown = []
    for role, cursor in members:
        user_id = cursor.user_id
        face = faces[user_id]
        is_told = user_id == viewer_id or (sees_read and user_id not in silent)
        shown.append(
            schemas.Participant(
                id=user_id,
                name=face.summary.name,
                avatar=face.summary.avatar,
                is_online=face.is_online,
                last_seen=face.last_seen,
                role=role,  # type: ignore[arg-type]  # checked when it was stored
                joined_seq=cursor.joined_seq,
                # Before they joined nothing was for them to read: that much stands in the history.
                last_read_seq=cursor.read_seq if is_told else cursor.joined_seq,
                last_delivered_seq=cursor.delivered_seq,
            )
        )
    return shown


def _is_muted(row: AnyRow, now: datetime) -> bool:
    return bool(row.muted) and (row.muted_until is None or row.muted_until > now)
