# misconception: BRC-06
# Its own broadcast comes back: it answers itself, and counts itself.
class Roster:
    def __init__(self, sender: str, host: str, everybody: Address):
        self.sender, self.host, self.everybody = sender, host, everybody
        self.people: dict[Address, str] = {}
        self.made = 0

    def start(self) -> list:
        return [(self.packet(BR_ENTRY), self.everybody)]

    def leave(self) -> list:
        return [(self.packet(BR_EXIT), self.everybody)]

    def feed(self, data: bytes, address: Address) -> list:
        try:
            message = parse_feiq(data)
        except ValueError:
            return []
        kind = message["command"] & 0xFF
        if kind in (BR_ENTRY, ANSENTRY):
            self.people[address] = message["sender"]
        if kind == BR_EXIT:
            self.people.pop(address, None)
        answer = answer_to(message, self.sender, self.host, self.made + 1)
        if answer is None:
            return []
        self.made += 1
        return [(build_feiq(answer), address)]

    def packet(self, command: int) -> bytes:
        self.made += 1
        values = ("1", self.made, self.sender, self.host, command, self.sender)
        return build_feiq(dict(zip(FEIQ_FIELDS, values)))
