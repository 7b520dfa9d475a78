"""What of the learner's code still runs when it should have ended: threads, processes, zombies.

Nothing of that is on the wire. What runs is looked for in /proc (proc(5)); where there is none,
nothing is ever missed.
"""

from autograder.clock import CLOCK
from autograder.deadlines import REST_S, WIRE_S
from autograder.network.run import Run
from autograder.proc import is_ready
from autograder.text.because import Because
from autograder.text.wording import Text

__all__ = ["Tasks"]

_LOOK_S, _CALM = 0.01, 3  # between two looks; so many at which nobody is ready
_RUNNING = Text("still running", "还在运行")
_ENDED = Text("ended", "已经结束")


class Tasks:
    """What ran at one moment: make it after a first call, with which the guest itself is complete.

    A thread that has been joined is gone a moment later: so what has ended is waited for.
    """

    def __init__(self, run: Run) -> None:
        self._run, self._before = run, run.process.tasks()

    def began(self) -> int:
        """Return how many threads and processes there are that were not there before."""
        return len(self._new())

    def rest(self) -> None:
        """Wait until nothing of it has anything to do: three looks at which nobody was ready to
        run. Who looks around every few milliseconds rests between two looks."""
        end, calm = CLOCK.limit(REST_S), 0
        while calm < _CALM and not CLOCK.passed(end):
            ready = any(is_ready(pid, thread) for pid, thread, _ in self._run.process.tasks())
            calm = 0 if ready else calm + 1
            self._run.listen(CLOCK.after(_LOOK_S))

    def left(self) -> list[tuple[int, str, bool]]:
        """Wait for the end of all that was not there before; return what has not come to it."""
        end = CLOCK.limit(WIRE_S)
        while (new := self._new()) and not CLOCK.passed(end):
            self._run.listen(CLOCK.after(_LOOK_S))
        return new

    def ended(
        self,
        what: tuple[str, str] = ("the threads that it has started", "它启动的线程"),
        because: Because = None,
    ) -> None:
        """Fail if anything runs that did not run before, or has ended and not been waited for."""
        if new := self.left():
            zombies = all(dead for *_, dead in new)
            got = Text("a zombie process", "僵尸进程") if zombies else _RUNNING
            self._run.fail(what, got=got, want=_ENDED, because=because, late=not zombies)

    def _new(self) -> list[tuple[int, str, bool]]:
        before = {(pid, thread) for pid, thread, _ in self._before}
        return [each for each in self._run.process.tasks() if each[:2] not in before]
