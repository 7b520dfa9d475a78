# misconception: none
# The same text may be put twice.
class Inbox:
    """Messages that wait. put(text) adds one; take() returns those that wait, and none waits after it."""

    def __init__(self):
        self.waiting = {}

    def put(self, text):
        self.waiting[text] = True

    def take(self):
        taken, self.waiting = list(self.waiting), {}
        return taken
