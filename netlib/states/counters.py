"""What the kernel counts of a host's network: overflows, cookies, retransmissions (proc_net(5))."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from netlib.errors import Malformed, Unavailable

__all__ = ["COUNTERS", "Counters", "counters", "read_counters"]

COUNTERS = ("/proc/thread-self/net/netstat", "/proc/thread-self/net/snmp")
"""Where the host of the calling thread counts; /proc/net would be the process's first thread's."""

_FILE_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Counters(Mapping[str, int]):
    """Counters by name: "TcpExt.ListenOverflows", or "ListenOverflows" for short.

    Attributes:
        values_by_name: by full name, group first.
        source: the files that were read.
    """

    values_by_name: Mapping[str, int]
    source: tuple[str, ...]

    def __getitem__(self, name: str) -> int:
        if name in self.values_by_name:
            return self.values_by_name[name]
        found = [full for full in self.values_by_name if full.partition(".")[2] == name]
        if len(found) > 1:
            raise KeyError(f"{name} is one of {', '.join(found)}: say which")
        if not found:
            raise KeyError(name)
        return self.values_by_name[found[0]]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_name)

    def __len__(self) -> int:
        return len(self.values_by_name)

    def since(self, before: "Counters") -> dict[str, int]:
        """Return what was counted since before, without what did not change."""
        return {
            name: value - before.values_by_name.get(name, 0)
            for name, value in self.values_by_name.items()
            if value != before.values_by_name.get(name, 0)
        }

    def __repr__(self) -> str:
        return f"<Counters: {len(self)}, from {', '.join(self.source)}>"

    def __str__(self) -> str:
        counted = {name: value for name, value in self.values_by_name.items() if value}
        wide = max(map(len, counted), default=0)
        lines = [f"{name:<{wide}}  {value}" for name, value in counted.items()]
        return "\n".join(lines) or "(all 0)"


def counters(sources: Sequence[str | int] = COUNTERS) -> Counters:
    """Return the counters of one host (network namespace).

    Args:
        sources: files laid out as /proc/net/netstat and /proc/net/snmp are: paths, or
            descriptors that were opened on the host to look at; those stay open. What leads
            sockets to another host (`with host:`) does not lead files: see read_counters().

    Raises:
        Unavailable: there are no such files here.
    """
    text = "".join(_read(source).decode("ascii") for source in sources)
    return read_counters(text, *map(str, sources))


def read_counters(text: str, *source: str) -> Counters:
    """Return the counters in the text of such files, one after another.

    That of another host is what `cat` says of its /proc/net/netstat and /proc/net/snmp there.

    Args:
        source: where the text was read, to be shown.

    Raises:
        Malformed: the text is something else.
    """
    found: dict[str, int] = {}
    lines = text.splitlines()
    try:
        # Every group is two lines, its names and then its values, each after the group's name.
        for names, values in zip(lines[::2], lines[1::2], strict=True):
            group, *rest = names.split()
            for name, value in zip(rest, values.split()[1:], strict=True):
                found[f"{group.rstrip(':')}.{name}"] = int(value)
    except ValueError as error:
        raise Malformed(f"counters: expected lines of names and of numbers; {error}") from None
    return Counters(found, source)


def _read(source: str | int) -> bytes:
    if isinstance(source, int):
        return _all(source)
    try:
        file = os.open(source, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise Unavailable(
            f"the counters of the network need Linux and its /proc; {source}: {error.strerror}"
        ) from error
    try:
        return _all(file)
    finally:
        os.close(file)


def _all(file: int) -> bytes:
    parts: list[bytes] = []
    while part := os.pread(file, _FILE_BYTES, sum(map(len, parts))):
        parts.append(part)
    return b"".join(parts)
