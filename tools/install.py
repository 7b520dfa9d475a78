"""Installs with pip, and says how far it is: `python tools/install.py --editable .`

pip by itself either says nothing for minutes or warns of much that is harmless. What it printed
is shown where it fails.
"""

import re
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator

__all__ = ["main", "progress"]

_STEPS = 25  # packages between two lines, where lines stay


def progress(lines: Iterable[str], *, stays: bool) -> Iterator[str]:
    """Yield what to show of pip's own lines; stays: whether what is shown stays on the screen."""
    found = 0
    for line in lines:
        if match := re.match(r"\s*(?:Collecting|Obtaining) ([\w.-]+)", line):
            found += 1
            if not stays or found % _STEPS == 0:
                yield f"  {found}  {match[1]}"
        elif line.startswith("Installing collected packages"):
            yield f"  installing {line.count(',') + 1} packages"


def main(arguments: list[str]) -> int:
    """Run pip and return its exit code."""
    command = [sys.executable, "-m", "pip", "install", "--progress-bar=off", *arguments]
    screen = sys.stdout.isatty()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as pip:
        assert pip.stdout is not None
        last: deque[str] = deque(maxlen=30)

        def lines() -> Iterator[str]:
            for line in pip.stdout or ():
                last.append(line)
                yield line

        for shown in progress(lines(), stays=not screen):
            print(f"\r\x1b[K{shown[:76]}" if screen else f"{shown}\n", end="", flush=True)
    if screen:
        print("\r\x1b[K", end="", flush=True)
    if pip.returncode:
        print("".join(last), end="", file=sys.stderr)
    return pip.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
