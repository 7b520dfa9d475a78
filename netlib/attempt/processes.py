"""The two processes of an attempt: one that makes the call, and one that watches it."""

import builtins
import ctypes
import faulthandler
import gc
import io
import linecache
import marshal
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn

from netlib.columns import clean, clip
from netlib.deadlines import LAST_WORDS_S

__all__ = ["ANSWER", "watch"]

ANSWER = 64 << 20
"""Bytes of what a function may return; more of it stays behind."""

_COLUMNS = 200  # of a value or an error in a sentence
_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
# looked up before there are forks; without it (not Linux) daemons survive
_prctl = getattr(ctypes.CDLL(None), "prctl", None) if hasattr(os, "fork") else None


def watch(
    call: Callable[[], object], seconds: float, leave: int, end: int, answer: int, printed: int
) -> NoReturn:
    """Let a process of its own make the call; kill it in time, and all that it has started.

    Orphans become children of this process, daemons too (PR_SET_CHILD_SUBREAPER, prctl(2)).

    Args:
        leave: a descriptor; everything ends when its other end is closed.
        end: gets b"late", or the exit code of the process, when nothing is left of it.
        answer: gets 8 bytes with the size of what follows: (kind, value, text), marshalled.
        printed: gets what the call prints.
    """
    try:
        os.setsid()  # an interrupt from the keyboard is not for us
        if _prctl is not None:
            _prctl(_PR_SET_CHILD_SUBREAPER, 1)
        wake, wake_w = os.pipe()
        for descriptor in (wake, wake_w):
            os.set_blocking(descriptor, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # or it wakes nobody
        signal.set_wakeup_fd(wake_w, warn_on_full_buffer=False)
        worker = os.fork()
        if worker == 0:
            for descriptor in (leave, end, wake, wake_w):
                os.close(descriptor)
            _work(call, answer, printed)
        os.close(answer)
        os.close(printed)
        status = _wait(worker, wake, leave, seconds)
        alive = status is None
        if alive:
            os.kill(worker, signal.SIGALRM)  # let it say where it is
            alive = _wait(worker, wake, leave, LAST_WORDS_S) is None
        _end_children({worker} if alive else set())
        os.write(end, b"late" if status is None else b"%d" % os.waitstatus_to_exitcode(status))
    finally:  # nothing of this may return to the caller
        os._exit(0)


def _wait(worker: int, wake: int, leave: int, seconds: float) -> int | None:
    """Return the worker's status, None if it is to be ended: time is up, or leave has closed."""
    poll = select.poll()
    poll.register(wake, select.POLLIN)
    poll.register(leave, select.POLLIN)
    deadline = time.monotonic() + seconds
    while (found := os.waitpid(worker, os.WNOHANG))[0] == 0:
        ready = {descriptor for descriptor, _ in poll.poll(_ms_until(deadline))}
        if leave in ready or not ready:
            return None
        os.read(wake, 4096)
    return found[1]


def _ms_until(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic()) * 1000


def _end_children(known: set[int]) -> None:
    """Kill until nobody is left: the children of what is killed become our own."""
    while True:
        for pid in _children(known):
            os.kill(pid, signal.SIGKILL)  # it is there until we have waited for it
        try:
            known = known - {os.waitpid(-1, 0)[0]}
        except ChildProcessError:
            return


def _children(known: set[int]) -> set[int]:
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
            return {int(pid) for pid in file.read().split()}
    except OSError:  # there is no /proc
        return known


# ---------------------------------------------------------------- the process that is watched


def _work(call: Callable[[], object], answer: int, printed: int) -> NoReturn:
    own = os.getpid()
    try:
        faulthandler.disable()  # what it would write goes to the notebook's terminal
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGALRM, lambda _, frame: _say_where(frame, answer))
        null = os.open(os.devnull, os.O_RDONLY)
        for source, standard in ((null, 0), (printed, 1), (printed, 2)):
            os.dup2(source, standard)
        sys.stdin = open(0, closefd=False)
        sys.stdout = sys.stderr = io.TextIOWrapper(
            open(1, "wb", 0, closefd=False), "utf-8", "backslashreplace", write_through=True
        )
        builtins.input = _no_input
        gc.freeze()  # what is left over here is given back there
        try:
            value = call()
            told = _answer(value)
        except BaseException as error:
            told = marshal.dumps(("raised", None, _error(error)))
        signal.signal(signal.SIGALRM, signal.SIG_IGN)  # the answer is whole, or there is none
        if os.getpid() == own:  # else it has forked, and this is the copy
            _write(answer, told)
    finally:
        os._exit(0)


def _no_input(prompt: object = "") -> str:
    raise EOFError("there is nobody to type an answer in an attempt")


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(len(data).to_bytes(8, "big") + data)
    while view:
        view = view[os.write(descriptor, view) :]


def _answer(value: object) -> bytes:
    text = _text(value)
    whole: tuple[Any, ...] = ("returned", value, text)
    try:
        told = marshal.dumps(whole)
    except ValueError:  # it is no plain data
        return marshal.dumps(("returned", None, text))
    if len(told) > ANSWER:
        return marshal.dumps(("returned", None, f"{text}, too much to hand over"))
    return told


def _text(value: object) -> str:
    if isinstance(value, bytes | bytearray | str) and len(value) > 60:
        return f"{len(value):,} {'characters' if isinstance(value, str) else 'bytes'}"
    return clip(clean(repr(value)), _COLUMNS)


def _error(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception:  # its own __str__ fails
        text = ""
    name = type(error).__name__
    return clip(clean(f"{name}: {text}" if text else name), _COLUMNS)


def _say_where(frame: FrameType | None, answer: int) -> NoReturn:
    """Name the innermost line that is the caller's own, or of the old notes, and end."""
    line = ""
    while frame is not None and frame.f_code is not _work.__code__:
        package, _, module = str(frame.f_globals.get("__name__")).partition(".")
        ours = package == "netlib" and not module.startswith("oldnotes")
        if not ours and package not in sys.stdlib_module_names:
            line = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
            break
        frame = frame.f_back
    _write(answer, marshal.dumps(("hung", None, clip(clean(line), _COLUMNS))))
    os._exit(0)
