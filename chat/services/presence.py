"""Who is here: sets of live connections, not counters, so that a connection can neither count twice nor stay behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import KeysView


class Presence:
    """The live connections of each person."""

    def __init__(self) -> None:
        self._connections: defaultdict[str, set[str]] = defaultdict(set)

    def is_online(self, user_id: str) -> bool:
        return user_id in self._connections

    def online(self) -> KeysView[str]:
        """Everyone who is here, as a view."""
        return self._connections.keys()

    def connect(self, user_id: str, connection_id: str) -> bool:
        """Add a connection; whether the person has just come online."""
        came = user_id not in self._connections
        self._connections[user_id].add(connection_id)
        return came

    def disconnect(self, user_id: str, connection_id: str) -> bool:
        """Take a connection away; whether the person has just gone."""
        connections = self._connections.get(user_id)
        if connections is None or connection_id not in connections:
            return False
        connections.remove(connection_id)
        if connections:
            return False
        del self._connections[user_id]
        return True

    def count(self, user_id: str) -> int:
        connections = self._connections.get(user_id)
        return len(connections) if connections else 0

    def clear(self) -> None:
        self._connections.clear()


presence = Presence()
