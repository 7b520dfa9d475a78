"""What it costs to import what notebooks and commands import, beyond the standard library.

Prints, for each name, CPU milliseconds of a new interpreter less those of one that imports only
the standard library's modules that it needs, and how many modules of others it loads.
"""

import json
import resource
import subprocess
import sys
from statistics import median

NAMES = (
    "netlib.ladder",
    "netlib.serving",
    "netlib.faults",
    "netlib.attempt",
    "netlib.plots",
    "netlib.panels",
    "netlib.lan",
    "autograder.judging.practice",
    "autograder.network.timers",
    "autograder.judging.judge",
    "autograder.authoring.build",
)
RUNS = 7
LOADED = "import sys, json; import {}; print(json.dumps(sorted(sys.modules)))"


def cpu_s(program: str) -> float:
    """Return the CPU seconds of one interpreter."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", program], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure and print."""
    print(f"{'import':32}{'ms CPU':>8}{'modules':>9}")
    for name in NAMES:
        done = subprocess.run(
            [sys.executable, "-c", LOADED.format(name)], check=True, capture_output=True
        )
        modules = json.loads(done.stdout)
        standard = [each for each in modules if each.split(".")[0] in sys.stdlib_module_names]
        needed = [each for each in standard if each not in ("__main__", "sys", "json")]
        plain = "import " + ", ".join(each for each in needed if "._" not in f".{each}")
        costs = [cpu_s(f"import {name}") - cpu_s(plain) for _ in range(RUNS)]
        print(f"{name:32}{median(costs) * 1000:8.0f}{len(modules) - len(standard):9}")


if __name__ == "__main__":
    main()
