"""The packets of a file that Wireshark, tcpdump and others save, whichever kind it is."""

import os
import zlib
from collections.abc import Iterator
from pathlib import Path

from netlib import pcap, pcapng
from netlib.errors import Malformed

__all__ = ["packets"]

_PCAPNG, _GZIP = b"\x0a\x0d\x0d\x0a", b"\x1f\x8b"
_EITHER = 32 + zlib.MAX_WBITS  # gzip's header is looked for


def packets(path: str | os.PathLike[str]) -> Iterator[pcapng.Packet]:
    """Yield the packets of a pcapng or pcap file, gzipped or not; linktype is known.

    Raises:
        Truncated: the file stops too early; what stands before has been yielded.
        Malformed: it is no such file.
    """
    data = Path(path).read_bytes()
    if data.startswith(_GZIP):
        data = _unpacked(data)
    if data.startswith(pcap.MAGIC):
        return pcap.packets(data)
    if data.startswith(_PCAPNG):
        return pcapng.packets(data)
    got = f"one that begins with {data[:4].hex(' ')}" if data else "an empty one"
    raise Malformed(
        f"expected a capture file, pcapng or pcap; got {got}. "
        "Wireshark turns what it can read into pcapng: File, Save As"
    )


def _unpacked(data: bytes) -> bytes:
    """Return what was packed; of a file that stops too early, what there is."""
    try:
        return zlib.decompressobj(_EITHER).decompress(data)
    except zlib.error as error:
        raise Malformed(f"expected a gzip file; got one that cannot be unpacked: {error}") from None
