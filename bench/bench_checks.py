"""How long a learner waits for a check, and whether every report is the same.

Runs the solved chapters in real kernels, and with `--wrong` the wrong programs of the tests: when
anything is shown, when the first failing rule is, and how long it takes in all; and a loop without
an end. `python bench/bench_checks.py [repetitions] [--chapter ch04] [--wrong]`.
"""

import argparse
import ast
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from autograder.notebooks.chapter import ROOT, Chapter, names, reference

DEADLINE_S = 180
SUBMISSIONS = ROOT / "tests" / "submissions"
Answers = list[tuple[float, str]]  # what was shown: seconds after it was asked, text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repetitions", type=int, nargs="?", default=50)
    parser.add_argument("--chapter", default="")
    parser.add_argument("--wrong", action="store_true", help="the wrong programs, once each")
    options = parser.parse_args()
    for name in names():
        if name.startswith(options.chapter):
            with _kernel(reference(name)) as client:
                if options.wrong:
                    _wrong(name, client)
                else:
                    _right(name, client, options.repetitions)


@contextmanager
def _kernel(solved: Chapter) -> Iterator[BlockingKernelClient]:
    """Start a kernel that has run the solved chapter, without its demonstrations."""
    manager, client = start_new_kernel()
    try:
        _execute(client, "from autograder import check")
        for cell in solved.cells:
            if cell.role in ("setup", "solution"):
                _execute(client, cell.source)
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _right(name: str, client: BlockingKernelClient, repetitions: int) -> None:
    checks = [cell for cell in reference(name).cells if cell.role == "check"]
    times: dict[str, list[float]] = {str(cell.exercise): [] for cell in checks}
    reports: dict[str, set[str]] = {str(cell.exercise): set() for cell in checks}
    for _ in range(repetitions):
        for cell in checks:
            began = time.perf_counter()
            shown = _execute(client, cell.source)
            times[str(cell.exercise)].append(time.perf_counter() - began)
            reports[str(cell.exercise)].add(shown[-1][1])
    print(f"{name}: every check {repetitions} times, on the reference, in a kernel")
    for exercise, taken in times.items():
        median, most = statistics.median(taken) * 1000, max(taken) * 1000
        same = "all reports equal" if len(reports[exercise]) == 1 else "REPORTS DIFFER"
        print(f"  {exercise:32} median {median:5.0f} ms   longest {most:5.0f} ms   {same}")
    every = [time for taken in times.values() for time in taken]
    whole = sum(statistics.median(taken) for taken in times.values())
    print(f"  median of a check {statistics.median(every) * 1000:.0f} ms, chapter {whole:.2f} s")


def _wrong(name: str, client: BlockingKernelClient) -> None:
    signs, fails, ends = [], [], []
    loops: dict[str, float] = {}
    cells = {str(cell.exercise): cell for cell in reference(name).cells if cell.role == "solution"}
    for exercise, cell in cells.items():
        for path in sorted(SUBMISSIONS.glob(f"{exercise}/*.py")):
            _execute(client, path.read_text(encoding="utf-8"))
            shown = _check(client, exercise)
            first = [at for at, text in shown if text.startswith("✗")]
            if not first:
                raise RuntimeError(f"{path} was not refused: {shown[-1][1]}")
            signs.append(shown[0][0])
            fails.append(first[0])
            ends.append(shown[-1][0])
        _execute(client, _endless(cell.source))
        shown = _check(client, exercise)
        loops[exercise] = next(at for at, text in shown if text.startswith("✗"))
        _execute(client, cell.source)
    print(f"{name}: {len(fails)} wrong programs, once each, in a kernel")
    for what, taken in (
        ("anything is shown", signs),
        ("the first failing rule is shown", fails),
        ("the report is whole", ends),
        ("an endless loop is told", list(loops.values())),
    ):
        median, most = statistics.median(taken), max(taken)
        print(f"  {what:32} median {median:6.3f} s   longest {most:6.3f} s")


def _endless(source: str) -> str:
    """Return the cell with a loop without an end at the beginning of every function."""
    module = ast.parse(source)
    for node in ast.walk(module):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            node.body.insert(0, ast.parse("while True: pass").body[0])
    return ast.unparse(module)


def _check(client: BlockingKernelClient, exercise: str) -> Answers:
    return _execute(client, f'check("{exercise}")', fails=True)


def _execute(client: BlockingKernelClient, source: str, *, fails: bool = False) -> Answers:
    """Run a cell as somebody before a notebook does, and return what it showed. Raises RuntimeError
    if it failed."""
    shown: Answers = []
    began = time.perf_counter()

    def collect(message: dict[str, object]) -> None:
        content = message["content"]
        assert isinstance(content, dict)
        text = content.get("text") or content.get("data", {}).get("text/plain")
        if text:
            shown.append((time.perf_counter() - began, str(text)))

    reply = client.execute_interactive(
        source, timeout=DEADLINE_S, output_hook=collect, allow_stdin=True
    )
    if reply["content"]["status"] != "ok" and not fails:
        raise RuntimeError("\n".join(reply["content"].get("traceback", [])))
    return shown


if __name__ == "__main__":
    main()
