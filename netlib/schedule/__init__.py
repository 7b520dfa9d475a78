"""What a bad network will do, as a value: `lose 1; delay reply 2 50ms`.

A schedule is read from text and printed to a text that reads back equal, so a report can
name it and a learner can paste it. Nothing here touches a socket or a clock.

    schedule = [fault {";" fault}]
    fault    = word ["reply"] [place] [amount]
    place    = number {"," number} | "every" number

Without `reply` a fault is meant for what goes from the client to the server. The place is a
datagram, counted from 1, or a position in a stream: after so many bytes. `every 3` means 3,
6, 9, ...

    word        for        place    amount      what happens
    lose        datagrams  N                    it never arrives
    duplicate   datagrams  N                    it arrives twice
    reorder     datagrams  N                    it changes places with the next
    delay       both       N        50ms        it, or the bytes after N, come so much later
    truncate    datagrams  N        10B         only its first bytes arrive
    corrupt     datagrams  N                    its middle byte arrives inverted
    stranger    datagrams  N        [0x4556]    before it, a packet from a third port arrives
    split       streams    N                    what follows byte N is a read of its own
    merge       streams    N        50ms        up to byte N in one piece, if it comes in time
    stall       streams    N        [50ms]      nobody reads on, so long or for ever
    reset       streams    N                    both ends get an RST after byte N
    half-close  streams    N                    this direction ends after byte N
    short       streams             100B        no more is taken before it has been read
    window      streams             1024B       the receive buffer (SO_RCVBUF)
"""

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from netlib.schedule.grammar import (
    HIGHEST,
    KINDS,
    LARGEST,
    Kind,
    check_places,
    choice,
    fault_text,
    read,
)

__all__ = ["DATAGRAMS", "STREAMS", "Fault", "Schedule"]

DATAGRAMS = tuple(word for word, kind in KINDS.items() if kind.datagrams)
"""The words that a UDP relay knows."""
STREAMS = tuple(word for word, kind in KINDS.items() if kind.streams)
"""The words that a TCP relay knows."""

_DRAWN = {"ms": (1, 50), "B": (1, 512)}  # amounts that random() draws from


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that happens at one place, or again and again.

    Attributes:
        kind: the word of the table above.
        number: the datagram, or the bytes before the place; 0 where there is no place.
        reply: True counts what goes from the target to its clients.
        amount: milliseconds or bytes, as the kind needs; 0 where it may be left out.
        every: True means all multiples of number.
        data: what a stranger sends; None: the word "stranger".
    """

    kind: str
    number: int = 0
    reply: bool = False
    amount: int = 0
    every: bool = False
    data: bytes | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"expected {choice(KINDS)}; got {self.kind!r}")
        kind = KINDS[self.kind]
        if kind.first is None:
            if self.number or self.every:
                raise ValueError(f"expected {self.kind} to have no place; got {self.number}")
        elif not (1 if self.every else kind.first) <= self.number <= HIGHEST:
            raise ValueError(f"expected {self.kind} to count from {kind.first}; got {self.number}")
        elif self.every and not kind.repeats:
            raise ValueError(f"expected {self.kind} to happen once; got every {self.number}")
        least = 0 if kind.optional else kind.least
        if not least <= self.amount <= kind.most:
            raise ValueError(
                f"expected {self.kind} to take {least} to {kind.most}; got {self.amount}"
            )
        if self.data is not None and (kind.unit != "0x" or len(self.data) > LARGEST):
            raise ValueError(f"expected {self.kind} to take no such bytes; got {self.data!r:.40}")

    def __str__(self) -> str:
        return fault_text((self,))


@dataclass(frozen=True, slots=True, repr=False)
class Schedule:
    """The faults of one run, in the order in which they were written.

    Of several on one datagram: truncate and corrupt change it, lose takes it with all its
    copies, delay goes before reorder. Of several after one byte: stall, delay, half-close,
    reset.
    """

    faults: tuple[Fault, ...] = ()

    def __post_init__(self) -> None:
        check_places(self.faults)

    @classmethod
    def parse(cls, text: str) -> "Schedule":
        """Read a schedule; "" is a faultless network.

        Raises:
            ValueError: naming the character (from 1) and the words it could have been.
        """
        return cls(read(text, Fault))

    @classmethod
    def random(
        cls,
        seed: int | str | bytes,
        kinds: Sequence[str] = ("lose", "duplicate", "reorder", "delay"),
        *,
        most: int = 3,
        within: int = 8,
    ) -> "Schedule":
        """Draw 1 to most faults of these kinds; the same seed always gives the same ones.

        The default kinds are what real networks do to datagrams; for streams take "split",
        "merge" and "delay". Places are up to within, in both directions; times up to 50 ms,
        sizes up to 512 bytes; a stall ends, and a stranger says "stranger".

        Raises:
            ValueError: a kind is none of the table above.
        """
        if unknown := [word for word in kinds if word not in KINDS]:
            raise ValueError(f"expected {choice(KINDS)}; got {unknown[0]!r}")
        rng = random.Random(seed)
        drawn: dict[tuple[str, bool, int], Fault] = {}
        for _ in range(rng.randint(1, most)):
            word = rng.choice(kinds)
            kind = KINDS[word]
            number = 0 if kind.first is None else rng.randint(1, within)
            amount = rng.randint(*_DRAWN[kind.unit]) if kind.unit in _DRAWN else 0
            fault = Fault(word, number, rng.random() < 0.5, amount)
            drawn[word, fault.reply, number] = fault
        return cls(tuple(drawn.values()))

    def smaller(self) -> Iterator["Schedule"]:
        """Yield simpler schedules, the simplest first: a fault less, then smaller ones.

        Each has fewer faults, or one fault with a smaller number, amount or payload, or one
        that happens once instead of again and again; so going on from any of them ends.
        """
        for index in range(len(self.faults)):
            yield Schedule(self.faults[:index] + self.faults[index + 1 :])
        for index, fault in enumerate(self.faults):
            for simpler in _simpler(fault, KINDS[fault.kind]):
                faults = (*self.faults[:index], simpler, *self.faults[index + 1 :])
                try:
                    yield Schedule(faults)
                except ValueError:  # another fault has that place already
                    continue

    def only(self, words: Collection[str], where: str) -> None:
        """Raise ValueError if a fault is none of these words, which are what `where` knows."""
        for fault in self.faults:
            if fault.kind not in words:
                raise ValueError(f"{where} knows {choice(words)}; got {str(fault)!r}")

    def __str__(self) -> str:
        groups: list[list[Fault]] = []
        for fault in self.faults:
            before = groups[-1][0] if groups else None
            if before is not None and before.kind == fault.kind and not fault.every:
                alike = replace(before, number=fault.number) == fault
            else:
                alike = False
            if alike:
                groups[-1].append(fault)
            else:
                groups.append([fault])
        return "; ".join(map(fault_text, groups))

    def __repr__(self) -> str:
        return f"Schedule.parse({str(self)!r})"


def _simpler(fault: Fault, kind: Kind) -> Iterator[Fault]:
    if fault.every:
        yield replace(fault, every=False)
    if kind.first is not None:
        for number in _below(fault.number, 1):  # before the first datagram, nothing happens
            yield replace(fault, number=number)
    if fault.amount:
        for amount in _below(fault.amount, kind.least):
            yield replace(fault, amount=amount)
    if fault.data is not None:
        yield replace(fault, data=None)
        for size in _below(len(fault.data), 0):
            yield replace(fault, data=fault.data[:size])


def _below(number: int, least: int) -> list[int]:
    """Return a few numbers from least up to below number: the least, the half, one less."""
    if number <= least:
        return []
    return sorted({least, max(number // 2, least), number - 1})
