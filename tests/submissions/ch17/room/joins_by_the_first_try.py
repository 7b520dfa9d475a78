# misconception: none
class Room:
    """Who hears what: members are numbers, lines go in and come out."""

    def __init__(self):
        self._all = {}  # every member who said something: name or None

    @property
    def _names(self):
        return {m: n for m, n in self._all.items() if n is not None}

    def names(self):
        return list(self._names.values())

    def _others(self, member, line):
        return [(other, line) for other in self._names if other != member]

    def line(self, member, text):
        if member in self._names:
            return self._others(member, f"{self._names[member]}: {text}")
        if not text.strip() or text in self._names.values():
            self._all.setdefault(member, None)
            return [(member, "! choose another name")]
        present = ", ".join(self.names()) or "nobody"
        self._all[member] = text
        answer = member, f"* with you: {present}"
        return [answer, *self._others(member, f"* {text} joined")]

    def leave(self, member):
        if member not in self._names:
            return []
        name = self._all.pop(member)
        return self._others(member, f"* {name} left")
