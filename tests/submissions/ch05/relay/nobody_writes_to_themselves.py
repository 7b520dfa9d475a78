# misconception: none
# nobody may write to themselves
class Relay:

    def __init__(self):
        self._addresses = {}  # name: address, in the order of the logins
        self._names = {}  # address: name

    def feed(self, data: bytes, address: Address) -> list[tuple[bytes, Address]]:
        try:
            line = data.decode("utf-8")
        except UnicodeDecodeError:
            return [(b"ERROR not UTF-8", address)]
        line = line.removesuffix("\n")
        command, blank, rest = line.partition(" ")
        if command == "LOGIN" and rest:
            return self._login(rest, address)
        if command == "TO" and blank:
            if address not in self._names:
                return [(b"ERROR LOGIN first", address)]
            name, _, text = rest.partition(" ")
            if self._addresses.get(name, address) == address:
                return [(b"ERROR nobody has that name", address)]
            return [(self._from(address, text), self._addresses[name])]
        if command == "ALL" and blank:
            if address not in self._names:
                return [(b"ERROR LOGIN first", address)]
            message = self._from(address, rest)
            return [(message, to) for to in self._addresses.values() if to != address]
        return [(b"ERROR LOGIN name, TO name text, or ALL text", address)]

    def _login(self, name, address):
        if name in self._addresses:
            if self._addresses[name] != address:
                return [(b"ERROR somebody else has that name", address)]
            return [(b"OK", address)]
        if address in self._names:
            del self._addresses[self._names[address]]
        self._addresses[name] = address
        self._names[address] = name
        return [(b"OK", address)]

    def _from(self, address, text):
        return f"FROM {self._names[address]} {text}".encode("utf-8")
