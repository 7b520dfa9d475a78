"""Where the learner's code stands, and how its exceptions are described."""

import contextlib
import linecache
import types
from typing import Any

from .loading import PUT_RIGHT
from .values import encode

__all__ = ["cell_line", "describe_exception"]


def cell_line(frame: types.FrameType | None) -> list[Any] | None:
    """Return [label, line] of the innermost frame that lies in a cell of the learner's, or None."""
    while frame is not None:
        name = frame.f_code.co_filename
        if _is_cell(name):
            return [name[1:-1], frame.f_lineno]
        frame = frame.f_back
    return None


def _is_cell(filename: str) -> bool:
    theirs = filename.startswith("<") and not filename.endswith(f"{PUT_RIGHT}>")
    return theirs and filename in linecache.cache


def describe_exception(error: BaseException) -> dict[str, Any]:
    """Describe an exception as plain data: names of its classes, errno and arguments."""
    where = None
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if _is_cell(name):
            where = [name[1:-1], trace.tb_lineno]
        trace = trace.tb_next
    return {
        "mro": [cls.__name__[:80] for cls in type(error).__mro__][:20],
        "errno": _number(error),
        "args": _arguments(error),
        "where": where,
    }


def _number(error: BaseException) -> int | None:
    try:
        number = getattr(error, "errno", None)
    except Exception:  # a learner's exception may do anything when it is looked at
        return None
    return number if type(number) is int else None


def _arguments(error: BaseException) -> Any:
    with contextlib.suppress(Exception):
        return encode(tuple(error.args))
    with contextlib.suppress(Exception):
        return encode((str(error),))
    return encode(())
