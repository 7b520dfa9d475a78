# misconception: PRT-04, UDP-28
class Relay:
    def __init__(self):
        self.addresses = {}
        self.names = {}

    def feed(self, data, address):
        try:
            line = data.decode().removesuffix("\n")
        except UnicodeDecodeError:
            return [(b"ERROR not UTF-8", address)]
        word, _, rest = line.partition(" ")
        host = address[0]
        if word == "LOGIN" and rest:
            self.addresses[rest] = address
            self.names[host] = rest
            return [(b"OK", address)]
        if host not in self.names or word not in ("TO", "ALL"):
            return [(b"ERROR log in, then TO or ALL", address)]
        sender = self.names[host]
        if word == "ALL":
            text = f"FROM {sender} {rest}".encode()
            return [(text, each) for each in self.addresses.values() if each != address]
        name, _, text = rest.partition(" ")
        if name not in self.addresses:
            return [(b"ERROR nobody has that name", address)]
        return [(f"FROM {sender} {text}".encode(), self.addresses[name])]
