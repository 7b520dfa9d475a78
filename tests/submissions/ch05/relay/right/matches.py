# right: matches
import re


class Relay:
    def __init__(self):
        self.names = {}

    def feed(self, data, address):
        def error(why):
            return [(b"ERROR " + why.encode(), address)]

        try:
            line = data.decode()
        except UnicodeDecodeError:
            return error("bytes")
        if line.endswith("\n"):
            line = line[:-1]
        if found := re.fullmatch(r"LOGIN (.+)", line, re.DOTALL):
            owner = next((who for who, name in self.names.items() if name == found[1]), None)
            if owner not in (None, address):
                return error("taken")
            self.names[address] = found[1]
            return [(b"OK", address)]
        if address not in self.names:
            return error("login")
        sender = self.names[address]
        if found := re.fullmatch(r"ALL (.*)", line, re.DOTALL):
            text = f"FROM {sender} {found[1]}".encode()
            return [(text, who) for who in self.names if who != address]
        if found := re.fullmatch(r"TO (\S+) (.*)", line, re.DOTALL):
            text = f"FROM {sender} {found[2]}".encode()
            here = [who for who, name in self.names.items() if name == found[1]]
            return [(text, who) for who in here] or error("nobody")
        return error("unknown")
