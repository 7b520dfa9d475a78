"""Demonstrations that are built on the reader's own exercises, which may be wrong or missing."""

import contextlib
import signal
import threading
from collections.abc import Iterator

from netlib import language
from netlib.columns import clean, elide
from netlib.deadlines import stretched

__all__ = ["built_on"]

_LINE = 160  # characters of an error
_AGAIN_S = 5.0  # whoever swallows the end of the time is told again


class _Late(BaseException):
    """The time is up. No `except Exception` of the reader's swallows it."""


@contextlib.contextmanager
def built_on(*exercises: int, seconds: float = 20.0) -> Iterator[None]:
    """Run the lines below with the reader's exercises: `with built_on(1, 2):`.

    If they raise, or are not done in so many seconds, one sentence is printed and the cell ends
    there; the notebook goes on.
    """
    try:
        with _limited(stretched(seconds)):
            yield
    except KeyboardInterrupt:
        raise
    except NotImplementedError:
        print(_first(exercises))
    except _Late:
        late = {"en": f"still not done after {seconds:g} s", "zh": f"{seconds:g} s 之后还没有结束"}
        print(_not_yet(exercises, late[language.chosen()]))
    except BaseException as error:
        said = f"{type(error).__name__}: {error}".removesuffix(": ")
        print(_not_yet(exercises, elide(clean(" ".join(said.split())), _LINE)))


def _first(exercises: tuple[int, ...]) -> str:
    if language.chosen() == "zh":
        return f"请先完成{_named(exercises)}。"
    return f"Solve {_named(exercises)} first."


def _not_yet(exercises: tuple[int, ...], why: str) -> str:
    if language.chosen() == "zh":
        return f"用你的{_named(exercises)}，这里还行不通（{why}）。先看看对应的 check 怎么说。"
    return f"Your {_named(exercises)} cannot do this yet ({why}). See what the checks say first."


def _named(exercises: tuple[int, ...]) -> str:
    """Return "exercises 1 to 3 and 5"."""
    runs: list[list[int]] = []
    for number in exercises:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    chinese = language.chosen() == "zh"
    parts: list[str] = []
    for run in runs:
        to = f"{run[0]} 到 {run[-1]}" if chinese else f"{run[0]} to {run[-1]}"
        parts += [to] if len(run) > 2 else map(str, run)
    if chinese:
        *most, last = parts
        return "习题 " + (f"{'、'.join(most)} 和 {last}" if most else last)
    *most, last = parts
    return ("exercise " if len(exercises) == 1 else "exercises ") + (
        f"{', '.join(most)} and {last}" if most else last
    )


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise _Late in the lines below when the time is up; only the main thread can."""
    main = threading.current_thread() is threading.main_thread()
    if not main or not hasattr(signal, "setitimer"):
        yield
        return

    def ring(*_: object) -> None:
        raise _Late

    before = signal.signal(signal.SIGALRM, ring)
    left, every = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left, every)
        signal.signal(signal.SIGALRM, before)
