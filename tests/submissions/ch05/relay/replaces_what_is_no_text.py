# misconception: TXT-16
# what is no UTF-8 goes on with a mark in its place
class Relay:

    def __init__(self):
        self.people = {}  # name: address

    def feed(self, data: bytes, address: Address) -> list[tuple[bytes, Address]]:
        command, _, text = data.decode(errors="replace").strip("\n").partition(" ")
        if command == "LOGIN":
            if text == "":
                return [(b"ERROR no name", address)]
            if text in self.people and self.people[text] != address:
                return [(b"ERROR name is taken", address)]
            self.people[text] = address
            return [(b"OK", address)]
        sender = None
        for name in self.people:
            if self.people[name] == address:
                sender = name
        if sender is None:
            return [(b"ERROR log in first", address)]
        if command == "TO":
            name, _, text = text.partition(" ")
            if name not in self.people:
                return [(b"ERROR nobody has that name", address)]
            return [(f"FROM {sender} {text}".encode(), self.people[name])]
        if command == "ALL":
            answers = []
            for name in self.people:
                if name != sender:
                    answers.append((f"FROM {sender} {text}".encode(), self.people[name]))
            return answers
        return [(b"ERROR LOGIN, TO or ALL", address)]
