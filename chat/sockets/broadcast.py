"""Facts become emits: here it is decided who hears of what, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from functools import singledispatchmethod

import structlog
from msgspec.structs import replace

from chat.events import (
    AccountChanged,
    AcquaintanceChanged,
    ConversationCreated,
    ConversationFact,
    Fact,
    MemberAdded,
    MemberRemoved,
    MessageDelivered,
    MessageSent,
    MessagesRead,
    SessionEnded,
    SessionEndedNotice,
    UserUpdated,
)
from chat.schemas.base import Schema
from chat.schemas.conversations import Conversation
from chat.services.acquaintances import acquaintances
from chat.services.people import people
from chat.services.presence import presence
from chat.services.roster import roster
from chat.sockets.presence import tell_status
from chat.sockets.wire import conversation_room, session_room, user_room, wire_event
from chat.transport.socket_server import SocketServer

log = structlog.get_logger(__name__)


class RemovedFromGroup(Schema):
    """The data of `removed-from-group`."""

    conversation_id: str


class Broadcaster:
    """Hears every committed fact, in order, and tells those whom it concerns."""

    def __init__(
        self,
        server: SocketServer,
        *,
        on_message: Callable[[str, int], None],
        on_removal: Callable[[str, str], None],
    ) -> None:
        """`on_message(conversation_id, seq)` hears of each message that goes out, `on_removal(conversation_id,
        user_id)` of each member who has to stop listening.
        """
        self._server = server
        self._rooms = server.rooms_index
        self._on_message = on_message
        self._on_removal = on_removal

    def __call__(self, facts: Sequence[Fact]) -> None:
        if len(facts) == 1:
            with self._server.writing_at_once():
                self._tell_safely(facts[0])
        else:
            for fact in facts:
                self._tell_safely(fact)

    def _tell_safely(self, fact: Fact) -> None:
        try:
            self._find(type(fact))(self, fact)
        except Exception:  # the others of its commit are to be told
            log.exception("telling_failed", fact=type(fact).__name__)

    def end_session(self, session_id: str) -> None:
        """Tell a session's sockets that it is over, and close them."""
        room = session_room(session_id)
        ended = SessionEndedNotice(code="session_revoked")
        self._rooms.broadcast(room, wire_event(SessionEnded.event, ended))
        for sid in self._rooms.sids(room):
            # Out of all rooms at once: the goodbye takes a moment, and nothing more may reach them (R9).
            self._rooms.forget(sid)
            self._server.close(sid)

    @singledispatchmethod
    def _tell(self, fact: Fact) -> None:
        raise NotImplementedError(f"nobody is told of {type(fact).__name__}")

    # `self._tell(fact)` would make a new function for every fact (singledispatchmethod of Python 3.11).
    _find = staticmethod(_tell.dispatcher.dispatch)

    @_tell.register
    def _(self, fact: ConversationFact) -> None:
        self._tell_participants(fact)

    @_tell.register
    def _(self, fact: MessageSent) -> None:
        self._tell_participants(fact)
        self._on_message(fact.conversation_id, fact.seq)

    @_tell.register
    def _(self, fact: ConversationCreated) -> None:
        """One form for everyone, but for those who must not know that somebody in it is here."""
        created = wire_event(fact.event, fact.conversation)
        for user_id in fact.recipient_ids:
            hidden = acquaintances.blocked_with(user_id) & set(fact.recipient_ids)
            own = wire_event(fact.event, _without(fact.conversation, hidden)) if hidden else created
            self._rooms.broadcast(user_room(user_id), own)
            self._let_in(user_id, fact.conversation_id)

    @_tell.register
    def _(self, fact: MemberAdded) -> None:
        created = wire_event(ConversationCreated.event, fact.conversation)
        self._rooms.broadcast(user_room(fact.new_user_id), created)
        self._let_in(fact.new_user_id, fact.conversation_id)
        self._tell_participants(fact)

    @_tell.register
    def _(self, fact: MemberRemoved) -> None:
        room = user_room(fact.removed_user_id)
        self._on_removal(fact.conversation_id, fact.removed_user_id)
        for sid in self._rooms.sids(room):
            self._rooms.leave(sid, conversation_room(fact.conversation_id))
        notice = RemovedFromGroup(conversation_id=fact.conversation_id)
        self._rooms.broadcast(room, wire_event("removed-from-group", notice))
        self._tell_participants(fact)

    @_tell.register
    def _(self, fact: MessageDelivered) -> None:
        self._rooms.broadcast(user_room(fact.sender_id), wire_event(fact.event, fact.payload()))

    @_tell.register
    def _(self, fact: MessagesRead) -> None:
        if fact.is_public:
            # Whoever keeps their own reading to themselves sees nobody's.
            silent = people.silent_readers & roster.members(fact.conversation_id)
            self._tell_participants(fact, besides=silent)
        else:
            self._rooms.broadcast(user_room(fact.reader_id), wire_event(fact.event, fact.payload()))

    @_tell.register
    def _(self, fact: SessionEnded) -> None:
        self.end_session(fact.session_id)

    @_tell.register
    def _(self, fact: AccountChanged) -> None:
        """What others see of it is told by UserUpdated."""

    @_tell.register
    def _(self, fact: UserUpdated) -> None:
        told = wire_event(fact.event, fact.payload())
        for user_id in (acquaintances.audience(fact.user_id) & presence.online()) | {fact.user_id}:
            self._rooms.broadcast(user_room(user_id), told)

    @_tell.register
    def _(self, fact: AcquaintanceChanged) -> None:
        """Each of the two sees the other come or go, as a block, its end or a new contact has it."""
        for viewer_id, user_id in (
            (fact.owner_id, fact.user_id),
            (fact.user_id, fact.owner_id),
        ):
            is_concerned = fact.blocked_at is not None or viewer_id in acquaintances.audience(user_id)
            if is_concerned and presence.is_online(user_id):
                is_online = acquaintances.is_online_for(viewer_id, user_id)
                tell_status(user_id, viewer_id, is_online=is_online)

    def _tell_participants(self, fact: ConversationFact, *, besides: AbstractSet[str] = frozenset()) -> None:
        self._rooms.broadcast(
            conversation_room(fact.conversation_id),
            wire_event(fact.event, fact.payload()),
            skip_rooms=map(user_room, besides),
        )

    def _let_in(self, user_id: str, conversation_id: str) -> None:
        for sid in self._rooms.sids(user_room(user_id)):
            self._server.join(sid, conversation_room(conversation_id))


def _without(conversation: Conversation, hidden: AbstractSet[str]) -> Conversation:
    """The conversation with the presence of some of its people left out."""
    participants = [
        replace(person, is_online=False, last_seen=None) if person.id in hidden else person
        for person in conversation.participants
    ]
    return replace(conversation, participants=participants)
