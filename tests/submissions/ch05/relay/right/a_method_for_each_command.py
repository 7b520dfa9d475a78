# right: a method for each command
class Refused(Exception):
    pass


class Relay:
    def __init__(self):
        self.by_name = {}

    def feed(self, data, address):
        try:
            text = data.decode("utf-8")
            if text[-1:] == "\n":
                text = text[:-1]
            command, rest = text.split(" ", 1)
            return getattr(self, f"do_{command}")(rest, address)
        except (Refused, ValueError, AttributeError) as error:
            return [(f"ERROR {error}".encode(errors="replace"), address)]

    def sender(self, address):
        for name, each in self.by_name.items():
            if each == address:
                return name
        raise Refused("not logged in")

    def do_LOGIN(self, name, address):
        if not name or self.by_name.get(name, address) != address:
            raise Refused("not with that name")
        self.by_name[name] = address
        return [(b"OK", address)]

    def do_TO(self, rest, address):
        sender = self.sender(address)
        name, text = rest.split(" ", 1)
        if name not in self.by_name:
            raise Refused("nobody is called that")
        return [(f"FROM {sender} {text}".encode(), self.by_name[name])]

    def do_ALL(self, text, address):
        line = f"FROM {self.sender(address)} {text}".encode()
        return [(line, each) for each in self.by_name.values() if each != address]
