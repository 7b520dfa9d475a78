"""Is a grade the same, however busy the machine is?

Judges solved notebooks, and those with the wrong programs of the tests in them, in a storm: 16
processes that compute, each in a session of its own, and beside them submissions that fork, flood
and keep descriptors in flight. Every grade is compared with the one that the same notebook, with
the same secret, gets before the storm.

`python bench/bench_steady.py [--times N] [--chapter ch04] [--busy 16] [--beside 4]
[--references] [--wrong]`
"""

import argparse
import collections
import json
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from autograder.judging.judge import NoResult, judge
from autograder.notebooks.chapter import ROOT, names

SUBMISSIONS = ROOT / "tests" / "submissions"
VANDALS = ("forks_in_sessions", "keeps_descriptors_in_flight", "floods_loopback")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--chapter", default="")
    parser.add_argument("--busy", type=int, default=16)
    parser.add_argument("--beside", type=int, default=4, help="notebooks judged at a time")
    parser.add_argument("--references", action="store_true", help="the references alone")
    parser.add_argument("--wrong", action="store_true", help="the wrong programs as well")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, _end)  # else the storm would go on without us
    worst = 0
    for name in names():
        if name.startswith(options.chapter):
            books = dict(_notebooks(name, "right/*.py"))
            if options.references:
                books = dict(list(books.items())[:1])
            if options.wrong:
                books |= _notebooks(name, "*.py")
            worst |= _chapter(name, books, options)
    return worst


def _notebooks(chapter: str, pattern: str) -> Iterator[tuple[str, bytes]]:
    """Yield the solved notebook, and others in which every exercise has its first program, its
    second, and so on, until each program had its turn."""
    text = (ROOT / "solutions" / f"{chapter}.ipynb").read_text(encoding="utf-8")
    for turn in count():
        notebook, used = json.loads(text), not turn and pattern.startswith("right")
        for cell in notebook["cells"]:
            ours = cell["metadata"].get("live_sockets", {})
            if turn and ours.get("role") == "solution":
                programs = sorted(SUBMISSIONS.glob(f"{ours['exercise']}/{pattern}"))
                if turn <= len(programs):
                    cell["source"], used = programs[turn - 1].read_text(encoding="utf-8"), True
        if used:
            yield f"{pattern.removesuffix('/*.py')} {turn}", json.dumps(notebook).encode()
        elif turn:
            return


def _chapter(name: str, books: dict[str, bytes], options: argparse.Namespace) -> int:
    quiet = {
        (book, number): _grade(name, notebook, number)
        for book, notebook in books.items()
        for number in range(min(options.times, 2))
    }
    work = [(book, number) for number in range(options.times) for book in books]
    lost, late = collections.Counter[str](), 0
    began = time.monotonic()

    def again(which: tuple[str, int]) -> tuple[str, str, str]:
        book, number = which
        secret = number % 2
        return book, quiet[book, secret], _grade(name, books[book], secret)

    with _storm(name, options.busy), ThreadPoolExecutor(options.beside) as pool:
        for book, before, after in pool.map(again, work):
            late += after == NO_RESULT
            if after not in (before, NO_RESULT):
                lost[f"{book}: {_difference(before, after)}"] += 1
        for book, number in [each for each in work if each[1] == 0][: 4 * late]:
            if _grade(name, books[book], number, alone=True) != quiet[book, number]:
                lost[f"{book}, alone"] += 1
    seconds = time.monotonic() - began
    print(
        f"{name}: {len(books)} notebooks judged {options.times} times in {seconds:.0f} s, "
        f"{late} without a result the first time, {lost.total()} other grades",
        flush=True,
    )
    for which, times in lost.most_common():
        print(f"  {times:4} x {which}", flush=True)
    return int(lost.total() > 0)


NO_RESULT = "no result"


def _grade(name: str, notebook: bytes, number: int, *, alone: bool = False) -> str:
    try:
        verdict = judge(notebook, name, secret=f"{number + 1:064x}", alone=alone)
    except NoResult:
        return NO_RESULT
    failed = [
        f"{exercise.id}/{rule.id} {rule.outcome}"
        for exercise in verdict.exercises
        for rule in exercise.rules
        if not rule.passed
    ]
    return json.dumps([verdict.score, list(verdict.notes), failed])


def _difference(before: str, after: str) -> str:
    (score, notes, failed), (now, said, lost) = json.loads(before), json.loads(after)
    new, gone = (
        sorted({*lost, *said} - {*failed, *notes}),
        sorted({*failed, *notes} - {*lost, *said}),
    )
    return f"{score} -> {now}; now {new}; no more {gone}"


# -- the storm ------------------------------------------------------------------------------


@contextmanager
def _storm(chapter: str, busy: int) -> Iterator[None]:
    spawn = multiprocessing.get_context("fork")
    processes = [spawn.Process(target=_compute) for _ in range(busy)]
    processes += [spawn.Process(target=_vandal, args=(chapter, name)) for name in VANDALS]
    for each in processes if busy else []:
        each.start()
    try:
        yield
    finally:
        for each in processes if busy else []:
            each.terminate()
            each.join()


def _end(number: int, _: object) -> None:
    for each in multiprocessing.active_children():
        each.kill()
    os._exit(128 + number)


def _compute() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.setsid()
    while True:
        sum(range(100_000))


def _vandal(chapter: str, name: str) -> None:
    """Hand a vandal in, again and again."""
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    sys.stderr = open(os.devnull, "w", encoding="utf-8")
    text = (Path(__file__).parent / "vandals" / f"{name}.py").read_text(encoding="utf-8")
    notebook = json.loads((ROOT / "solutions" / f"{chapter}.ipynb").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["metadata"].get("live_sockets", {}).get("role") == "solution":
            cell["source"] = "".join(cell["source"]) + text
    while True:
        try:
            judge(json.dumps(notebook).encode(), chapter, secret="0" * 64)
        except Exception:  # whatever becomes of it, it is others' grades that count
            continue


if __name__ == "__main__":
    sys.exit(main())
