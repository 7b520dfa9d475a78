# misconception: CON-10
# A list in the class body belongs to the class.
class Inbox:
    """Messages that wait. put(text) adds one; take() returns those that wait, and none waits after it."""

    waiting = []

    def put(self, text):
        self.waiting.append(text)

    def take(self):
        taken = list(self.waiting)
        self.waiting.clear()
        return taken
