# misconception: none
# pop() takes from the end.
class Inbox:
    """Messages that wait. put(text) adds one; take() returns those that wait, and none waits after it."""

    def __init__(self):
        self.waiting = []

    def put(self, text):
        self.waiting.append(text)

    def take(self):
        taken = []
        while self.waiting:
            taken.append(self.waiting.pop())
        return taken
