class Room:
    def __init__(self):
        self.people = []

    def others(self, member):
        return [number for number, _ in self.people if number != member]

    def name_of(self, member):
        for number, name in self.people:
            if number == member:
                return name
        return None

    def line(self, member, text):
        name = self.name_of(member)
        if name is not None:
            return [(other, name + ": " + text) for other in self.others(member)]
        if text.strip() == "" or text in self.names():
            return [(member, "! choose another name")]
        with_you = ", ".join(self.names()) if self.people else "nobody"
        answer = [(member, "* with you: " + with_you)]
        answer += [(other, "* " + text + " joined") for other in self.others(member)]
        self.people.append((member, text))
        return answer

    def leave(self, member):
        name = self.name_of(member)
        if name is None:
            return []
        self.people.remove((member, name))
        return [(other, "* " + name + " left") for other in self.others(member)]

    def names(self):
        return [name for _, name in self.people]
