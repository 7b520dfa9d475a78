# misconception: COR-09
class Room:
    """Who hears what: members are numbers, lines go in and come out."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}

    def line(self, member: int, text: str) -> list[tuple[int, str]]:
        if member in self._names:
            said = f"{self._names[member]}: {text}"
            return [(other, said) for other in self._names if other != member]
        if not text.strip() or text in self._names.values():
            return [(member, "! choose another name")]
        there = ", ".join(self.names()) or "nobody"
        told = [(other, f"* {text} joined") for other in self._names]
        self._names[member] = text
        return [(member, f"* with you: {there}"), *told]

    def leave(self, member: int) -> list[tuple[int, str]]:
        name = self._names.get(member)
        if name is None:
            return []
        return [(other, f"* {name} left") for other in self._names if other != member]

    def names(self) -> list[str]:
        return list(self._names.values())
