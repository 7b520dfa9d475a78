"""Frames off the interfaces of a network, out of a ring that the kernel fills (packet_mmap).

The ring holds thousands of frames without anybody reading; a packet socket's own queue, which
an ordinary user may not enlarge, holds some hundred.
"""

import mmap
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["ETH_ALL", "RawFrame", "Ring"]

ETH_ALL = socket.htons(3)  # linux/if_ether.h
_SOL_PACKET = 263
_RX_RING, _STATISTICS, _VERSION, _IGNORE_OUTGOING = 5, 6, 10, 23  # linux/if_packet.h
_TPACKET_V2 = 1
_SLOT, _BLOCK, _BLOCKS = 2048, 1 << 16, 256  # bytes, bytes, 16 MiB in all: 8192 frames
_SLOTS = _BLOCK * _BLOCKS // _SLOT
_HEADER = struct.Struct("=IIIHHIIHH4x")  # tpacket2_hdr
_ADDRESS = struct.Struct("=HHiHBB8x")  # sockaddr_ll, right behind it
_USER, _HAS_VLAN = 0x1, 0x10  # TP_STATUS_USER, TP_STATUS_VLAN_VALID
_OUTGOING = 4  # PACKET_OUTGOING


@dataclass(frozen=True, slots=True)
class RawFrame:
    """One frame as the kernel handed it over.

    Attributes:
        index: of the interface that saw it.
        outgoing: it left through that interface, else it arrived there.
        length: bytes on the wire; more than data has if the slot was too small.
    """

    time_ns: int
    data: bytes
    index: int
    outgoing: bool
    length: int


class Ring:
    """A packet socket with its ring; close() gives both back.

    Args:
        descriptor: of a packet socket with protocol ETH_ALL.
        device: the interface to listen on, "" for all.
        arriving_only: leave out what is sent, as on a switch, where it has arrived before.
    """

    def __init__(self, descriptor: int, device: str = "", *, arriving_only: bool = False) -> None:
        self._sock = socket.socket(fileno=descriptor)
        self._next = 0
        self._dropped = 0
        try:
            if device:
                self._sock.bind((device, 0))  # 0: the protocol that it has
            self._sock.setsockopt(_SOL_PACKET, _IGNORE_OUTGOING, int(arriving_only))
            self._sock.setsockopt(_SOL_PACKET, _VERSION, _TPACKET_V2)
            request = struct.pack("=IIII", _BLOCK, _BLOCKS, _SLOT, _SLOTS)
            self._sock.setsockopt(_SOL_PACKET, _RX_RING, request)
            self._memory = mmap.mmap(self._sock.fileno(), _BLOCK * _BLOCKS)
        except BaseException:
            self._sock.close()
            raise

    def fileno(self) -> int:
        """Return the descriptor that is readable when there is a frame."""
        return self._sock.fileno()

    def take(self) -> Iterator[RawFrame]:
        """Take out what is there, in order."""
        while True:
            at = self._next * _SLOT
            status, length, kept, start, _, seconds, nanoseconds, tag, tag_type = (
                _HEADER.unpack_from(self._memory, at)
            )
            if not status & _USER:
                return
            _, _, index, _, kind, _ = _ADDRESS.unpack_from(self._memory, at + _HEADER.size)
            data = self._memory[at + start : at + start + kept]
            if status & _HAS_VLAN:  # the kernel has taken IEEE 802.1Q's tag out of the frame
                data = data[:12] + struct.pack("!HH", tag_type, tag) + data[12:]
                length += 4
            struct.pack_into("=I", self._memory, at, 0)  # the slot is the kernel's again
            self._next = (self._next + 1) % _SLOTS
            time_ns = seconds * 10**9 + nanoseconds
            yield RawFrame(time_ns, data, index, kind == _OUTGOING, length)

    def dropped(self) -> int:
        """Return how many frames found the ring full so far."""
        statistics = self._sock.getsockopt(_SOL_PACKET, _STATISTICS, 8)
        self._dropped += struct.unpack("=II", statistics)[1]  # reading resets the kernel's
        return self._dropped

    def close(self) -> None:
        """Give the ring back. A second call does nothing."""
        self._memory.close()
        self._sock.close()
