"""How long a learner waits for a check, and whether every report is the same.

Runs the solved chapters in real kernels. `python bench/bench_checks.py [repetitions]`.
"""

import statistics
import sys
import time

from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from autograder.notebooks.chapter import names, reference

DEADLINE_S = 60


def main() -> None:
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    for name in names():
        _chapter(name, repetitions)


def _chapter(name: str, repetitions: int) -> None:
    manager, client = start_new_kernel()
    try:
        _execute(client, "from autograder import check")
        for cell in reference(name).cells:
            if cell.role in ("setup", "solution"):
                _execute(client, cell.source)
        checks = [cell for cell in reference(name).cells if cell.role == "check"]
        times: dict[str, list[float]] = {str(cell.exercise): [] for cell in checks}
        reports: dict[str, set[str]] = {str(cell.exercise): set() for cell in checks}
        for _ in range(repetitions):
            for cell in checks:
                began = time.perf_counter()
                output = _execute(client, cell.source)
                times[str(cell.exercise)].append(time.perf_counter() - began)
                reports[str(cell.exercise)].add(output)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    print(f"{name}: every check {repetitions} times, on the reference, in a kernel")
    for exercise, taken in times.items():
        median, most = statistics.median(taken) * 1000, max(taken) * 1000
        same = "all reports equal" if len(reports[exercise]) == 1 else "REPORTS DIFFER"
        print(f"  {exercise:32} median {median:5.0f} ms   longest {most:5.0f} ms   {same}")
    every = [time for taken in times.values() for time in taken]
    whole = sum(statistics.median(taken) for taken in times.values())
    print(f"  median of a check {statistics.median(every) * 1000:.0f} ms, chapter {whole:.2f} s")


def _execute(client: BlockingKernelClient, source: str) -> str:
    """Run a cell and return what it printed. Raises RuntimeError if it failed."""
    printed: list[str] = []

    def collect(message: dict[str, object]) -> None:
        content = message["content"]
        if isinstance(content, dict) and message["msg_type"] == "stream":
            printed.append(str(content["text"]))

    reply = client.execute_interactive(source, timeout=DEADLINE_S, output_hook=collect)
    if reply["content"]["status"] != "ok":
        raise RuntimeError("".join(printed) + "\n".join(reply["content"].get("traceback", [])))
    return "".join(printed)


if __name__ == "__main__":
    main()
