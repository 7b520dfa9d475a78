# A method for each command, found in a dict.
class Roster:
    def __init__(self, sender: str, host: str, everybody: Address):
        self.sender, self.host, self.everybody = sender, host, everybody
        self.people = {}
        self.count = 0
        self.react = {BR_ENTRY: self.learn, ANSENTRY: self.learn, BR_EXIT: self.forget}

    def start(self) -> list:
        return self.call(BR_ENTRY)

    def leave(self) -> list:
        return self.call(BR_EXIT)

    def call(self, command: int) -> list:
        self.count += 1
        message = f"1:{self.count}:{self.sender}:{self.host}:{command}:{self.sender}"
        return [(message.encode("gbk"), self.everybody)]

    def learn(self, address: Address, name: str) -> None:
        self.people[address] = name

    def forget(self, address: Address, name: str) -> None:
        if address in self.people:
            del self.people[address]

    def feed(self, data: bytes, address: Address) -> list:
        try:
            message = parse_feiq(data)
        except (ValueError, UnicodeDecodeError):
            return []
        mine = message["sender"] == self.sender, message["host"] == self.host
        if all(mine):
            return []
        if reaction := self.react.get(message["command"] % 256):
            reaction(address, message["sender"])
        answer = answer_to(message, self.sender, self.host, self.count + 1)
        if not answer:
            return []
        self.count = answer["packet_no"]
        return [(build_feiq(answer), address)]
