"""Functions that may hang, run where nobody waits for them: a queue, a thread and a watch."""

import queue
import socket
import threading
from collections.abc import Callable

from netlib.clock import Clock
from netlib.columns import clean, clip
from netlib.panels.words import Words

__all__ = ["Contract", "Watched", "Worker", "name_of", "told"]

_ERROR_COLUMNS = 200


class Worker:
    """A thread that does one job after the other; it ends with the process at the latest.

    Attributes:
        name: of the function that its jobs call, for sentences about it.
    """

    def __init__(self, name: str, clock: Clock) -> None:
        self.name = name
        self._clock = clock
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._began: float | None = None
        self._ending = False
        self._thread = threading.Thread(target=self._run, name=f"panel {name}", daemon=True)
        self._thread.start()

    def put(self, job: Callable[[], None]) -> None:
        """Let job be done when all earlier ones are; it must not raise."""
        self._jobs.put(job)

    @property
    def waiting(self) -> int:
        """How many jobs have not begun."""
        return self._jobs.qsize()

    def due(self, patience_s: float) -> float | None:
        """Return when the present job will have taken too long; None if there is none."""
        began = self._began
        return None if began is None else began + patience_s

    def end(self) -> None:
        """Begin no other job."""
        self._ending = True
        self._jobs.put(None)

    def ended(self, timeout_s: float) -> bool:
        """Tell whether the thread ends within timeout_s; after end()."""
        if self._thread is not threading.current_thread():
            self._thread.join(max(timeout_s, 0))
        return not self._thread.is_alive() or self._thread is threading.current_thread()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None and not self._ending:
            self._began = self._clock.now()
            job()
            self._began = None


class Watched:
    """A server function that tells when it ends too early; serving takes it for the function."""

    def __init__(
        self, function: Callable[..., object], ended: Callable[[str, BaseException | None], None]
    ) -> None:
        self._function, self._ended = function, ended
        self.__name__ = name_of(function)
        self.__code__ = getattr(function, "__code__", None)  # where serving looks for its line

    def __call__(self, sock: socket.socket, stop: threading.Event) -> None:
        failure: BaseException | None = None
        try:
            self._function(sock, stop)
        except BaseException as error:
            failure = error
            raise
        finally:
            if failure is not None or not stop.is_set():
                self._ended(self.__name__, failure)


class Contract(Exception):
    """A function returned something else than it should have.

    Attributes:
        expected: what it should have returned, as a type.
        got: of what type that was.
    """

    def __init__(self, expected: str, got: str) -> None:
        super().__init__(expected, got)
        self.expected, self.got = expected, got


def told(error: BaseException, name: str, words: Words) -> str:
    """Return on one line how the function called name failed, whatever its exception holds."""
    if isinstance(error, Contract):
        return words.returned.format(name=name, expected=error.expected, got=clean(error.got))
    try:
        text = str(error)[:_ERROR_COLUMNS]
    except Exception:  # its own __str__ fails
        text = ""
    kind = type(error).__name__
    text = clip(clean(f"{kind}: {text}" if text else kind), _ERROR_COLUMNS)
    return words.raised.format(name=name, error=text)


def name_of(function: object) -> str:
    """Return what sentences call a function."""
    return clip(clean(str(getattr(function, "__name__", type(function).__name__))), 40)
