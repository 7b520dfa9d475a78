# misconception: PYT-05
# taken and self.waiting are one list.
class Inbox:
    """Messages that wait. put(text) adds one; take() returns those that wait, and none waits after it."""

    def __init__(self):
        self.waiting = []

    def put(self, text):
        self.waiting.append(text)

    def take(self):
        taken = self.waiting
        self.waiting.clear()
        return taken
