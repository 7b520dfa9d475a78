"""What a schedule does to one datagram: for relays, and for whoever plays a network itself."""

from netlib.schedule import Fault, Schedule
from netlib.trace import Fate

__all__ = ["Plan", "spoilt"]


class Plan:
    """The faults of one direction of a schedule, to be looked up by datagram."""

    def __init__(self, schedule: Schedule, *, reply: bool) -> None:
        faults = [fault for fault in schedule.faults if fault.reply is reply]
        self._every = [fault for fault in faults if fault.every]
        self._once: dict[int, dict[str, Fault]] = {}
        for fault in faults:
            if not fault.every:
                self._once.setdefault(fault.number, {})[fault.kind] = fault

    def __bool__(self) -> bool:
        return bool(self._every or self._once)

    def at(self, number: int) -> dict[str, Fault]:
        """Return what happens to that datagram, counted from 1, by the words of its faults."""
        found = {fault.kind: fault for fault in self._every if number % fault.number == 0}
        return found | self._once.get(number, {})


def spoilt(data: bytes, faults: dict[str, Fault]) -> tuple[bytes, Fate]:
    """Return what truncate and corrupt make of data. An empty datagram cannot be spoilt."""
    fate: Fate = "delivered"
    if "truncate" in faults and len(data) > faults["truncate"].amount:
        data, fate = data[: faults["truncate"].amount], "truncated"
    if "corrupt" in faults and data:
        middle = len(data) // 2
        data = data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :]
        fate = "corrupted"
    return data, fate
