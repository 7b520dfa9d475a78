# misconception: CON-10
# A default value is made once, when def runs.
class Inbox:
    """Messages that wait. put(text) adds one; take() returns those that wait, and none waits after it."""

    def __init__(self, waiting=[]):
        self.waiting = waiting

    def put(self, text):
        self.waiting.append(text)

    def take(self):
        taken = self.waiting[:]
        del self.waiting[:]
        return taken
