"""Programs of ours that run beside the notebook, and end when it does, however it ends."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["start_beside"]


def start_beside(
    program: Path, descriptors: Sequence[int], *words: str
) -> "subprocess.Popen[bytes]":
    """Start a Python file that needs the standard library alone.

    Its arguments are descriptors that it inherits, then a pidfd that becomes readable when
    this process ends, then words. A pidfd and not its parent's number: this process may end
    before the program has begun.
    """
    here = os.pidfd_open(os.getpid())
    try:
        passed = [*descriptors, here]
        return subprocess.Popen(
            [sys.executable, "-I", "-S", program, *map(str, passed), *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=passed,
            start_new_session=True,  # an interrupt reaches the whole process group
        )
    finally:
        os.close(here)
