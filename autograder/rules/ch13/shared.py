"""What rules of several exercises of chapter 13 need: frames, words, cuts, the learner's side."""

import string
import struct
from random import Random

from autograder.network import Handle, Steps
from autograder.text import YOU, Raised, Sent

__all__ = [
    "BUFFER",
    "CUTS",
    "ENDS",
    "HIGHEST",
    "HUGE",
    "IMPATIENT_S",
    "LARGE",
    "PATIENT_S",
    "PEER",
    "RESETS",
    "RETURNED",
    "ROOM",
    "arrived",
    "capped",
    "frame",
    "frames_in",
    "han",
    "header",
    "their",
    "word",
]

PEER = ("peer", "对端")
RETURNED = ("the return value", "返回值")

BUFFER = 16_384  # bytes, where a send is to be short
LARGE = 1 << 20  # bytes
PATIENT_S = 5.0  # a timeout that a busy machine does not reach by itself
IMPATIENT_S = 0.04
ROOM = 128 << 20  # bytes, for whoever takes none for what is refused
HUGE = 2 * ROOM
HIGHEST = (0x80000000, 0xFFFFFFFF)
"""Lengths that are negative to who reads them as signed."""

_SIZE = 7
"""Bytes of what is cut at every place: a frame with a payload of three."""

CUTS = ("split every 1", "delay 2 20ms; split 2")
"""One byte at a time; in two pieces, the second of which is late."""
ENDS = tuple(f"half-close {n}" for n in range(_SIZE))
"""After every possible byte, each in turn."""
RESETS = ("reset 0", "reset 2", "reset 6")

_LENGTH = struct.Struct("!I")
_HAN = "你好世界网络套接字字节流中文消息服务器客户端端口地址"


def header(size: int) -> bytes:
    """Return the header of a frame with a payload of size bytes."""
    return _LENGTH.pack(size)


def frame(payload: bytes) -> bytes:
    """Return payload as a frame of the chapter."""
    return header(len(payload)) + payload


def frames_in(stream: bytes) -> list[bytes]:
    """Return the payloads of the frames that are complete in the beginning of a stream."""
    payloads, start = [], 4
    while start <= len(stream):
        end = start + _LENGTH.unpack(stream[start - 4 : start])[0]
        if end > len(stream):
            break
        payloads.append(stream[start:end])
        start = end + 4
    return payloads


def word(rng: Random, length: int = 3) -> bytes:
    """Return a word of ASCII letters."""
    return "".join(rng.choices(string.ascii_lowercase, k=length)).encode()


def han(rng: Random, length: int = 2) -> bytes:
    """Return a few Chinese characters in UTF-8, three bytes each."""
    return "".join(rng.choices(_HAN, k=length)).encode()


def arrived(steps: Steps) -> bytes:
    """Return what has reached the learner's code."""
    pieces = (did for did in steps.story if isinstance(did, Sent) and did.sender != YOU)
    return b"".join(piece.data for piece in pieces if piece.fate != "lost")


# -- the learner's side -------------------------------------------------------------------------


def their(steps: Steps, module: str) -> Handle:
    """Return a module of the standard library in the process of the learner's code, or that
    code itself ("__main__"): what the rule changes there ends with the run."""
    imported = steps.process.start_path("__builtins__", ("__import__",), (module,), {}).result()
    assert isinstance(imported, Handle)
    return imported


def capped(steps: Steps) -> None:
    """From now on the learner's code gets no more than ROOM bytes of memory, beyond what it has:
    else it raises MemoryError. Where there is no /proc, nothing is capped."""
    try:
        status = their(steps, "builtins").call("open", "/proc/self/status").call("read")
    except Raised:
        return
    held = int(status.partition("VmData:")[2].split()[0]) << 10
    resource = their(steps, "resource")
    _, most = resource.call("getrlimit", resource.read("RLIMIT_DATA"))
    resource.call("setrlimit", resource.read("RLIMIT_DATA"), (held + ROOM, most))
