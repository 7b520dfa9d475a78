"""A scheduler of the learner's, the chapter's own tasks in it, and a clock that only we move."""

from typing import Any

from autograder.clock import CLOCK
from autograder.deadlines import WIRE_S
from autograder.network import Handle, Learner, Reply, Steps
from autograder.text import YOU, Because, Text, brief

__all__ = ["TOLD", "Clock", "Trial"]

TOLD = ("what the tasks have told, in order", "各个任务先后说的话")
_IDLE = 100  # waits of 0 s after which nobody will wake any more
_ROWS = 14  # of what tasks tell: a scheduler that goes round and round has no end of it

Told = list[tuple[Any, ...]]


class Clock:
    """The time of a trial, and how its scheduler waits.

    Attributes:
        now: seconds; waits: how long it was asked to wait, waits of 0 left out.
        early: how many waits end when half of the time has passed.
        idle: waits of 0 s since anything happened.
    """

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self.now, self.waits, self.early = 0.0, list[Any](), 0
        self.idle = 0

    def clock(self) -> float:
        """Return the time."""
        return self.now

    def wait(self, reads: Any, writes: Any, seconds: Any) -> tuple[list[int], list[int]]:
        """Let so much time pass, or less. No socket is ever ready."""
        if seconds is None:
            raise RuntimeError("nobody sleeps, and nobody would ever wake")
        self.idle = 0 if seconds else self.idle + 1
        if self.idle > _IDLE:
            raise RuntimeError(f"{_IDLE} waits of 0 s, and nobody has woken")
        if seconds:
            if len(self.waits) < _ROWS:
                self._steps.tell(YOU, f"waits {seconds:g} s", f"等待 {seconds:g} s")
            self.waits.append(seconds)
        share = 0.5 if self.early else 1.0
        self.early = max(0, self.early - 1)
        self.now += seconds * share
        return [], []


class Trial:
    """A scheduler of theirs.

    Attributes:
        told: what its tasks have told: (name, what), and the time where there is a clock.
        moves: how far the clock goes on when a task of that name tells something.
    """

    def __init__(
        self, learner: Learner, steps: Steps, name: str, clock: Clock | None = None
    ) -> None:
        """Make it; with a clock, it also gets the clock's way to wait."""
        self._learner, self._steps, self._clock = learner, steps, clock
        self.told: Told = []
        self.moves: dict[str, float] = {}
        arguments = (clock.clock, clock.wait) if clock else ()
        self.made: Handle = learner.made(name, *arguments)

    def spawn(self, name: str, task: str, *args: Any) -> None:
        """Give it a task of the chapter's: the function of that name, called with tell, name and
        these arguments."""
        made = self._learner.start(task, self.tell, name, *args).value()
        reply = self._learner.watched(self.made.start("spawn", name, made))
        reply.returns(None, ("what spawn returns", "spawn 的返回值"))

    def tell(self, name: Any = "", what: Any = None, *_: Any) -> None:
        """Take what a task tells."""
        self.told.append((name, what, self._clock.now) if self._clock else (name, what))
        if self._clock:
            self._clock.idle = 0
            self._clock.now += self.moves.get(name, 0)
        if len(self.told) <= _ROWS:
            said = brief(what, 8)
            at = f" ({self.told[-1][2]:g} s)" if self._clock else ""
            self._steps.tell(YOU, f"{name}: {said.en}{at}", f"{name}：{said.zh}{at}")

    def start(self) -> Reply:
        """Begin a call of run."""
        self._steps.tell(YOU, "run()", "run()")
        return self._learner.watched(self.made.start("run"))

    def comes(self, reply: Reply, count: int, because: Because = None) -> None:
        """Wait until so much has been told in all. Fails if it does not come."""
        end = CLOCK.limit(WIRE_S)
        while len(self.told) < count and not (reply.ended or CLOCK.passed(end)):
            self._steps.listen(end)
        if len(self.told) < count:
            if reply.ended:
                reply.value(because)
            self._steps.fail(
                ("what is told next", "接下来说的话"),
                got=Text("nothing more", "再没有"),
                want=Text("something, as the socket is ready", "应当有，因为套接字已经就绪"),
                because=because,
                late=not reply.ended,
            )

    def run(self, because: Because = None) -> None:
        """Call run, which returns when all have ended."""
        self.start().value(because)

    def expect(self, *want: tuple[Any, ...], because: Because = None) -> None:
        """Fail unless that was told, and nothing else."""
        self._steps.expect(TOLD, got=self.told, want=list(want), because=because)

    def has(self, because: Because = None, **attributes: Any) -> None:
        """Fail unless results, or errors, are that."""
        for name, want in attributes.items():
            got = self.read(name)
            self._steps.expect(name, got=got, want=want, because=because)

    def read(self, name: str) -> Any:
        """Return an attribute."""
        got = self._learner.attribute(self.made, name)
        said = brief(got, 8)
        self._steps.tell(YOU, f"{name}: {said.en}", f"{name}：{said.zh}")
        return got

    def waited(self, *want: float, because: Because = None) -> None:
        """Fail unless it was asked to wait for exactly so long, waits of 0 left out."""
        assert self._clock is not None
        what = ("the seconds that it has waited", "每次等待的秒数")
        self._steps.expect(what, got=self._clock.waits, want=list(want), because=because)
