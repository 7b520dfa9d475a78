"""Is an honest submission's grade the same, however busy the machine is?

Judges the solved chapters again and again while every core has something else to do, each time
with another secret draw, and counts the different grades. `python bench/bench_steady.py [times]`.
"""

import collections
import json
import multiprocessing
import os
import sys
import time

from autograder.judging.judge import judge
from autograder.notebooks.chapter import ROOT, names

_LOADED = 2  # processes that compute, for each core


def main() -> int:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    busy = [
        multiprocessing.Process(target=_compute, daemon=True)
        for _ in range(_LOADED * len(os.sched_getaffinity(0)))
    ]
    for each in busy:
        each.start()
    try:
        return max(_chapter(name, times) for name in names())
    finally:
        for each in busy:
            each.kill()


def _chapter(name: str, times: int) -> int:
    notebook = (ROOT / "solutions" / f"{name}.ipynb").read_bytes()
    grades: collections.Counter[str] = collections.Counter()
    began = time.monotonic()
    for number in range(times):
        verdict = judge(notebook, name, secret=f"{number:064x}")
        failed = [
            f"{exercise.id}/{rule.id} {rule.outcome}"
            for exercise in verdict.exercises
            for rule in exercise.rules
            if not rule.passed
        ]
        grades[json.dumps([verdict.score, verdict.points, verdict.notes, failed])] += 1
    seconds = (time.monotonic() - began) / times
    print(f"{name}: judged {times} times under full load, {seconds:.1f} s each")
    for grade, count in grades.most_common():
        print(f"  {count:4} x {grade}")
    return int(len(grades) > 1)


def _compute() -> None:
    while True:
        sum(range(100_000))


if __name__ == "__main__":
    sys.exit(main())
