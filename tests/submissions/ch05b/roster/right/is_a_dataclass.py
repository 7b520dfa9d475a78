# A dataclass; people is a field of it.
from dataclasses import dataclass, field


@dataclass
class Roster:
    sender: str
    host: str
    everybody: Address
    people: dict = field(default_factory=dict)
    number: int = 0

    def start(self) -> list:
        return [self._all(BR_ENTRY)]

    def leave(self) -> list:
        return [self._all(BR_EXIT)]

    def _all(self, command: int) -> tuple:
        return self._next(command, self.sender), self.everybody

    def _next(self, command: int, content: str) -> bytes:
        self.number += 1
        values = "1", self.number, self.sender, self.host, command, content
        return build_feiq(dict(zip(FEIQ_FIELDS, values)))

    def feed(self, data: bytes, address: Address) -> list:
        try:
            message = parse_feiq(data)
        except ValueError:
            return []
        name, host, command = message["sender"], message["host"], message["command"]
        if (name, host) == (self.sender, self.host):
            return []
        kind = command & 0xFF
        if kind == BR_EXIT:
            self.people.pop(address, "")
        elif kind in {BR_ENTRY, ANSENTRY}:
            self.people[address] = name
            if kind == BR_ENTRY:
                return [(self._next(ANSENTRY, self.sender), address)]
        elif kind == SENDMSG and command & SENDCHECK:
            return [(self._next(RECVMSG, str(message["packet_no"])), address)]
        return []
