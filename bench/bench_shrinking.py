"""Are reports as small as they can be, and can they be seen again?

`python bench/bench_shrinking.py [failures]`. Wrong programs of chapter 04 meet networks that are
drawn at random until so many runs have failed (100). Counted: how many shrank to a single fault
of those of which one suffices, in how many seconds, and how many replays told the same.
"""

import itertools
import random
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from autograder.exercise import Exercise, Outcome, Rule
from autograder.guest.loading import LoadCell
from autograder.judging.fork import fork
from autograder.judging.run_rules import run_rule
from autograder.judging.shrinking import shrunk
from autograder.learner.program import Program
from autograder.notebooks.chapter import reference
from autograder.report.text import outcome_text
from autograder.rules import find_rule
from netlib.schedule import Schedule

ROOT = Path(__file__).resolve().parent.parent
RULES = ("ch04/request/whatever_the_network_does", "ch04/echo_server/what_arrives_is_answered")
SEEDS = 12  # tried with each program before the next
GOAL_S = 3.0


@dataclass(frozen=True)
class Run:
    """One rule on one program; seed draws the network and the values."""

    exercise: Exercise
    rule: Rule
    cells: Program
    seed: int

    def on(self, faults: Schedule | None = None) -> Outcome:
        return run_rule(self.exercise, self.rule, self.cells, random.Random(self.seed), faults)


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    seconds: list[float] = []
    single = suffices = same = 0
    last: tuple[Run, Outcome] | None = None
    for run, failed in itertools.islice(_failures(), wanted):
        began = time.monotonic()
        smallest = shrunk(failed, run.on, began + GOAL_S)
        seconds.append(time.monotonic() - began)
        if len(smallest.faults.faults) <= 1 or _one_suffices(run, failed):
            suffices += 1
            single += len(smallest.faults.faults) <= 1
        last = run, smallest
    print(f"{len(seconds)} failing runs; one fault suffices in {suffices}, and {single} show one")
    print(
        f"seconds for each: median {statistics.median(seconds):.2f}, most {max(seconds):.2f}; "
        f"{sum(each > GOAL_S for each in seconds)} over {GOAL_S:g}"
    )
    if last is not None:
        run, smallest = last
        told = outcome_text(smallest, run.exercise)
        for _ in range(100):
            same += outcome_text(run.on(Schedule.parse(str(smallest.faults))), run.exercise) == told
        print(f"replays of {str(smallest.faults)!r} that tell the same: {same} of 100")


def _failures() -> Iterator[tuple[Run, Outcome]]:
    given = [cell for cell in reference("ch04").cells if cell.role in ("setup", "solution")]
    for start in itertools.count(0, SEEDS):
        for id in RULES:
            exercise, rule = find_rule(id)
            (answer,) = (cell.id for cell in given if cell.exercise == exercise.id)
            for path in sorted((ROOT / "tests" / "submissions" / exercise.id).glob("*.py")):
                texts = {cell.id: cell.source for cell in given} | {answer: path.read_text()}
                cells = Program([LoadCell(i, text, True) for i, text in texts.items()], fork)
                for seed in range(start, start + SEEDS):
                    run = Run(exercise, rule, cells, seed)
                    outcome = run.on()
                    if outcome.kind in ("failed", "late") and outcome.misconception:
                        yield run, outcome
                cells.close()


def _one_suffices(run: Run, failed: Outcome) -> bool:
    alone = (Schedule((fault,)) for fault in failed.faults.faults)
    return any(run.on(one).misconception == failed.misconception for one in alone)


if __name__ == "__main__":
    main()
