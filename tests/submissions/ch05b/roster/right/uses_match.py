# A match on the command, and itertools.count for the numbers.
import itertools


class Roster:
    def __init__(self, sender: str, host: str, everybody: Address):
        self.me, self.everybody = (sender, host), everybody
        self.people: dict = {}
        self.numbers = itertools.count(1)

    def start(self) -> list:
        return [(self.made(BR_ENTRY, self.me[0]), self.everybody)]

    def leave(self) -> list:
        return [(self.made(BR_EXIT, self.me[0]), self.everybody)]

    def made(self, command: int, content: str) -> bytes:
        return ":".join(["1", str(next(self.numbers)), *self.me, str(command), content]).encode("gbk")

    def feed(self, data: bytes, address: Address) -> list:
        try:
            message = parse_feiq(data)
        except ValueError:
            return []
        if (message["sender"], message["host"]) == self.me:
            return []
        match message["command"] & 0xFF:
            case 1:
                self.people[address] = message["sender"]
                return [(self.made(ANSENTRY, self.me[0]), address)]
            case 2:
                self.people = {at: who for at, who in self.people.items() if at != address}
            case 3:
                self.people[address] = message["sender"]
            case 32 if message["command"] & SENDCHECK:
                return [(self.made(RECVMSG, str(message["packet_no"])), address)]
        return []
