# misconception: none
# What was taken waits still.
class Inbox:
    """Messages that wait. put(text) adds one; take() returns those that wait, and none waits after it."""

    def __init__(self):
        self.waiting = []

    def put(self, text):
        self.waiting.append(text)

    def take(self):
        return self.waiting
