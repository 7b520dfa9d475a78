"""How fast is a class graded, and what does it cost, compared with stock nbgrader?

`python bench/bench_class.py [--size 60] [--sample 8] [--only right|mixed|scaling]`. Stock
nbgrader is tuned (kernels are shut down at once) and runs the same notebooks with the same
rules in its kernels. It grades one submission after the other, so it is measured on a sample:
the time of a class is that of the smaller sample, and for all others the slope up to the larger.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from classes import CHAPTER, KINDS, Course, hand_in, make_course, make_stock
from measure import Cost, adopt_orphans, cost_of

from autograder.grading.farm import PER_CORE
from autograder.guest.loading import LoadCell
from autograder.judging.draws import public_draw
from autograder.judging.fork import fork
from autograder.judging.judge import forked, judge, warm_up
from autograder.judging.run_rules import run
from autograder.learner.program import Program
from autograder.notebooks.chapter import reference
from autograder.report.text import report_text
from autograder.rules import exercises

GOALS = {"right": (8, 5), "mixed": (12, 0)}  # ratios of wall time and CPU, on two cores


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=60, help="submissions in a class")
    parser.add_argument("--sample", type=int, default=8, help="of them for stock nbgrader")
    parser.add_argument("--only", choices=("right", "mixed", "scaling"))
    options = parser.parse_args()
    adopt_orphans()
    cores = len(os.sched_getaffinity(0))
    print(f"{CHAPTER}: classes of {options.size} on {cores} cores; load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="bench-class-") as folder:
        course = make_course(Path(folder))
        if options.only in (None, "right", "mixed"):
            stock = make_stock(Path(folder), course)
            for name, kinds in (("right", ("right",)), ("mixed", KINDS)):
                if options.only in (None, name):
                    _compare(name, kinds, course, stock, options.size, options.sample)
        if options.only in (None, "scaling"):
            _parts(course)
            _scale(course, min(options.size, 24), cores)


def _compare(
    name: str, kinds: Sequence[str], course: Course, stock: Course, size: int, sample: int
) -> None:
    ours = _ours(course, course, size, kinds)
    small = len(kinds)
    larger = max(2 * small, sample // small * small)
    first, second = (_stock(stock, course, number, kinds) for number in (small, larger))
    rest = (size - small) / (larger - small)
    wall = first.wall_s + (second.wall_s - first.wall_s) * rest
    cpu = first.cpu_s + (second.cpu_s - first.cpu_s) * rest
    goal_wall, goal_cpu = GOALS[name]
    print(f"\n{name} class ({', '.join(kinds)})")
    print(f"  stock nbgrader   {wall:7.1f} s wall   {cpu:7.1f} s CPU   (scaled from {larger})")
    print(f"  autograder grade {ours.wall_s:7.1f} s wall   {ours.cpu_s:7.1f} s CPU")
    print(f"  ratio            {wall / ours.wall_s:7.1f} (goal {goal_wall})", end="")
    print(f"     {cpu / ours.cpu_s:7.1f}" + (f" (goal {goal_cpu})" if goal_cpu else ""))
    again = _run(course, "grade", CHAPTER)
    print(f"  nothing changed  {again.wall_s:7.1f} s wall   {again.cpu_s:7.1f} s CPU")


def _ours(course: Course, release: Course, size: int, kinds: Sequence[str]) -> Cost:
    course.forget()
    hand_in(course, release, size, kinds)
    cost = _run(course, "grade", CHAPTER)
    assert f"{size} graded, 0 unchanged, 0 failed" in cost.said, cost.said
    return cost


def _run(course: Course, *arguments: str, memory: bool = False) -> Cost:
    command = ["autograder.cli", *arguments]
    return cost_of(command, course.root, course.environment, memory=memory)


def _stock(stock: Course, release: Course, size: int, kinds: Sequence[str]) -> Cost:
    stock.forget()
    hand_in(stock, release, size, kinds)
    return cost_of(["nbgrader", "autograde", CHAPTER], stock.root, stock.environment)


# -- where it goes ---------------------------------------------------------------------------


def _parts(course: Course, repetitions: int = 5) -> None:
    """Print what the checks cost by themselves, in a process that has everything loaded."""
    warm_up(CHAPTER)
    cells = [
        LoadCell(cell.id, cell.source, whole=True)
        for cell in reference(CHAPTER).cells
        if cell.role in ("setup", "solution")
    ]

    def checks() -> None:
        for exercise in exercises(CHAPTER):
            report = run(exercise, Program(cells, fork), public_draw(exercise))
            assert report.passed, report_text(report)

    course.forget()
    hand_in(course, course, 1, ("right",))
    notebook = next((course.root / "submitted").rglob("*.ipynb")).read_bytes()
    print("\nCPU of one submission, milliseconds")
    alone = _cpu(checks, repetitions)
    judged = _cpu(lambda: judge(notebook, CHAPTER, "", forked), repetitions)
    nothing = _cpu(lambda: judge(b"", CHAPTER, "", forked), repetitions)
    print(f"  the checks alone, in forks of a warm process {alone:6.0f}")
    print(f"  judged: processes, sandbox and checks        {judged:6.0f}   {judged / alone:.1f} x")
    print(f"  judged: the sandbox alone, nothing to check  {nothing:6.0f}")


def _cpu(work: Callable[[], object], repetitions: int) -> float:
    work()
    began = _used()
    for _ in range(repetitions):
        work()
    return (_used() - began) / repetitions * 1000


def _used() -> float:
    time.sleep(0.1)  # the last sandbox is ending
    _reap()
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def _scale(course: Course, size: int, cores: int) -> None:
    """Print throughput and memory against the number of workers."""
    print(f"\n{size} right submissions, by workers (the default is {PER_CORE * cores})")
    for workers in sorted({1, cores, 2 * cores, 3 * cores, 4 * cores, 6 * cores}):
        course.forget()
        hand_in(course, course, size, ("right",))
        cost = _run(course, "grade", CHAPTER, "--workers", str(workers), memory=True)
        each = (cost.memory - cost.first) / workers / 2**20
        print(
            f"  {workers:3}   {size / cost.wall_s * 60:6.0f} a minute   "
            f"{cost.cpu_s / size:5.2f} s CPU each   {each:4.0f} MiB a worker "
            f"and {cost.first / 2**20:.0f} MiB for the writer"
        )


if __name__ == "__main__":
    main()
