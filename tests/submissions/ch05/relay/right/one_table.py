# right: one table
class Relay:
    def __init__(self):
        self.people = []  # (name, address), in the order of their logins

    def feed(self, data, address):
        answer = self._feed(data[:-1] if data.endswith(b"\n") else data, address)
        return [(b"ERROR " + answer.encode(), address)] if isinstance(answer, str) else answer

    def _feed(self, data, address):
        command, blank, rest = data.partition(b" ")
        try:
            rest.decode()
        except UnicodeError:
            return "this is no UTF-8"
        if command == b"LOGIN" and rest:
            for name, owner in self.people:
                if name == rest:
                    return [(b"OK", address)] if owner == address else "taken"
            self.people.append((rest, address))
            return [(b"OK", address)]
        mine = [name for name, owner in self.people if owner == address]
        if not mine:
            return "who are you?"
        if command == b"ALL" and blank:
            line = b"FROM " + mine[0] + b" " + rest
            return [(line, owner) for _, owner in self.people if owner != address]
        if command == b"TO" and blank:
            to, _, text = rest.partition(b" ")
            line = b"FROM " + mine[0] + b" " + text
            return [(line, owner) for name, owner in self.people if name == to] or "nobody"
        return "what?"
