"""What goes out: Engine.IO packets, finished down to the websocket frame. Any number of peers may share one."""

from __future__ import annotations

import time

from engineio import packet

# RFC 6455, 5.2: a whole text message in one frame; a server's frames are not masked, so all peers get the same bytes.
_FINAL_TEXT = 0x81
_ONE_BYTE_LENGTH = 125
_TWO_BYTE_LENGTH = 0xFFFF


class OutgoingPacket(packet.Packet):
    """An Engine.IO packet as it is sent. `made_at` is in monotonic seconds, `size` in bytes."""

    def __init__(self, packet_type: int, data: str | dict[str, object] | None = None) -> None:
        self.packet_type = packet_type
        self.data = data
        self.binary = False
        self.encode_cache = f"{packet_type}{data}" if isinstance(data, str) else None
        self.frame = text_frame(self.encode().encode())
        self.size = len(self.frame)
        self.made_at = time.monotonic()


def event_packet(name: str, data_json: str) -> OutgoingPacket:
    """A Socket.IO event."""
    return message_packet(f'2["{name}",{data_json}]')


def ack_packet(ack_id: int, data_json: str) -> OutgoingPacket:
    """The answer to a client's event."""
    return message_packet(f"3{ack_id}[{data_json}]")


def message_packet(encoded: str) -> OutgoingPacket:
    """An encoded Socket.IO packet."""
    return OutgoingPacket(packet.MESSAGE, encoded)


def text_frame(payload: bytes) -> bytes:
    """A websocket frame with a whole text message from server to client."""
    length = len(payload)
    if length <= _ONE_BYTE_LENGTH:
        header = bytes((_FINAL_TEXT, length))
    elif length <= _TWO_BYTE_LENGTH:
        header = bytes((_FINAL_TEXT, 126)) + length.to_bytes(2, "big")
    else:
        header = bytes((_FINAL_TEXT, 127)) + length.to_bytes(8, "big")
    return header + payload
