# right: the list is copied before it is emptied
class Inbox:
    """Messages that wait. put(text) adds one; take() returns those that wait, and none waits after it."""

    def __init__(self):
        self.waiting = []

    def put(self, text):
        self.waiting += [text]

    def take(self):
        taken = self.waiting.copy()
        self.waiting.clear()
        return taken
