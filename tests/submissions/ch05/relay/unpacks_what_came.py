# misconception: UDP-10
class Relay:
    def __init__(self):
        self.addresses, self.names = {}, {}

    def feed(self, data, address):
        line = data.decode(errors="replace").removesuffix("\n")
        word, rest = line.split(" ", 1)
        if word == "LOGIN":
            if self.addresses.setdefault(rest, address) != address:
                return [(b"ERROR somebody else has that name", address)]
            self.names[address] = rest
            return [(b"OK", address)]
        if address not in self.names:
            return [(b"ERROR log in first", address)]
        sender = self.names[address]
        if word == "ALL":
            text = f"FROM {sender} {rest}".encode()
            return [(text, each) for each in self.names if each != address]
        if word != "TO":
            return [(b"ERROR TO or ALL", address)]
        name, text = rest.split(" ", 1)
        if name not in self.addresses:
            return [(b"ERROR nobody has that name", address)]
        return [(f"FROM {sender} {text}".encode(), self.addresses[name])]
