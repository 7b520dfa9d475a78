"""A person of a chat whose messages go through an object of the learner's, as chapter 05 has it.

Such an object owns its socket, and a thread of its own tells what it has heard: so it is asked
for nothing, and what it tells waits here until somebody hears it.
"""

import contextlib
import queue
import threading
from typing import Any

from netlib.deadlines import SERVER_S
from netlib.panels.ends import MOMENT_S, Address, End, Function, Heard
from netlib.panels.worker import Contract, name_of

__all__ = ["chats"]


def chats(chat: Function, count: int, peer: Address | None) -> tuple[End, ...]:
    """Return the ends of so many people who have a chat(on_message) each, started.

    Args:
        chat: makes an object with start(), send(text, address) -> bytes, close(), and the
            attribute address; it calls on_message(text, address).
        peer: whom they speak to; None: the one to the other.
    """
    made: list[_Person] = []
    try:
        while len(made) < count:
            made.append(_Person(chat))
        peers = [peer or made[1 - number].address for number in range(count)]
        return tuple(map(_Person.end, made, peers))
    except BaseException:
        for person in made:
            person.close()
        raise


class _Person:
    """One such object, and what it has told."""

    def __init__(self, chat: Function) -> None:
        self._name = name_of(chat)
        self._told: queue.SimpleQueue[tuple[Any, Any] | None] = queue.SimpleQueue()
        self._chat = chat(lambda text, address: self._told.put((text, address)))
        try:
            match self._chat.address:
                case (str() as host, int() as port):
                    self.address: Address = host, port
                case other:
                    raise TypeError(f"{self._name}.address should be (host, port); got {other!r}")
            self._chat.start()
        except BaseException:
            self.close()
            raise

    def end(self, peer: Address) -> End:
        """Return the end of this person, who speaks to peer."""

        def say(text: str) -> tuple[int, list[Heard]]:
            count = self._chat.send(text, peer)
            if type(count) is not int:
                raise Contract("int", type(count).__name__)
            return count, []

        names = f"{self._name}.send", f"{self._name}.start"
        return End(self.address, say, self._hear, *names, self._wake, self.close)

    def _hear(self) -> Heard:
        try:
            told = self._told.get(timeout=MOMENT_S)
        except queue.Empty:
            raise TimeoutError from None
        match told:
            case None:  # woken up
                raise TimeoutError
            case (str() as text, (str() as host, int() as port)):
                return Heard(text, (host, port))
            case (text, address):
                got = f"{type(text).__name__}, {type(address).__name__}"
                raise TypeError(f"on_message should be told text and (host, port); got {got}")

    def _wake(self) -> None:
        self._told.put(None)

    def close(self) -> str:
        """Let the object close; return the name of what does not come back, or ""."""
        closing = threading.Thread(target=self._close, name=f"panel {self._name}", daemon=True)
        closing.start()
        closing.join(SERVER_S)
        return f"{self._name}.close" if closing.is_alive() else ""

    def _close(self) -> None:
        with contextlib.suppress(Exception):  # its check says why; here the panel has to end
            self._chat.close()
