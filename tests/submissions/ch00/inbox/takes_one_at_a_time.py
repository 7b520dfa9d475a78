# misconception: none
# take() is to return all that wait.
class Inbox:
    """Messages that wait. put(text) adds one; take() returns those that wait, and none waits after it."""

    def __init__(self):
        self.waiting = []

    def put(self, text):
        self.waiting.append(text)

    def take(self):
        return [self.waiting.pop(0)] if self.waiting else []
