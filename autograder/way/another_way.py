"""Another way to write an answer, for who has all its points: the reference beside theirs."""

import os

from autograder.notebooks.chapter import reference
from autograder.rules import find
from autograder.text.wording import Text
from autograder.way.record import kept

__all__ = ["another_way"]


def another_way(id: str, *, language: str = "en") -> None:
    """Print the reference solution of an exercise.

    Only where all its points were reached, or where `LIVE_SOCKETS_SHOW_REFERENCES=1` says that
    everybody may see it; and only where the course's `solutions/` lie.
    """
    exercise = find(id)
    reached = kept().get(id)
    whole = reached is not None and reached.best >= reached.of > 0
    if not whole and os.environ.get("LIVE_SOCKETS_SHOW_REFERENCES") != "1":
        print(_FIRST.in_(language).format(id=id))
        return
    try:
        cells = reference(id.partition("/")[0]).cells
    except (OSError, LookupError):
        print(_NONE.in_(language))
        return
    print(_ONE.in_(language).format(id=exercise.id))
    for cell in cells:
        if cell.role == "solution" and cell.exercise == id:
            print("\n" + cell.source)


_FIRST = Text(
    "Another way to write {id} is shown when you have all its points.",
    "{id} 拿到满分之后，这里会显示另一种写法。",
)
_NONE = Text(
    "The reference solutions are not part of this copy of the course.",
    "这份课程里没有附带参考答案。",
)
_ONE = Text(
    "Another way to write {id}, to lay beside yours:", "{id} 的另一种写法，可以和你的对照："
)
