# misconception: CON-10
# Until an inbox is emptied for the first time, it keeps its messages in the list of the class.
class Inbox:
    """Messages that wait: put(text) adds one; take() returns them all, and then none waits."""

    messages = []

    def __init__(self):
        """Nothing waits yet."""

    def put(self, text: str) -> None:
        """Add a message."""
        self.messages.append(text)

    def take(self) -> list[str]:
        """Return the messages that wait, in order; after it none waits."""
        result = self.messages
        self.messages = []
        return result
