# misconception: STR-41
class Relay:
    def __init__(self):
        self.addresses = {}
        self.names = {}

    def feed(self, data, address):
        try:
            line = data.decode().strip()
        except UnicodeDecodeError:
            return [(b"ERROR not UTF-8", address)]
        word, _, rest = line.partition(" ")
        if word == "LOGIN" and rest:
            if self.addresses.setdefault(rest, address) != address:
                return [(b"ERROR somebody else has that name", address)]
            self.names[address] = rest
            return [(b"OK", address)]
        sender = self.names.get(address)
        if sender is None or word not in ("TO", "ALL"):
            return [(b"ERROR log in, then TO or ALL", address)]
        if word == "ALL":
            text = f"FROM {sender} {rest}".encode()
            return [(text, each) for each in self.names if each != address]
        name, _, text = rest.partition(" ")
        if name not in self.addresses:
            return [(b"ERROR nobody has that name", address)]
        return [(f"FROM {sender} {text}".encode(), self.addresses[name])]
