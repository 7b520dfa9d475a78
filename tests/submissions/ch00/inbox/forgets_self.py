# misconception: none
# Without self that is a local name.
class Inbox:
    """Messages that wait. put(text) adds one; take() returns those that wait, and none waits after it."""

    def __init__(self):
        waiting = []

    def put(self, text):
        self.waiting.append(text)

    def take(self):
        taken, self.waiting = self.waiting, []
        return taken
