"""Starts a grading run, kills it at a chosen moment, and reports which descendants live on.

kill_grading.py ENTRIES PAUSE_S COMMAND...: the moment is PAUSE_S after the journal of the
course in the working directory has ENTRIES entries. A script of its own, because it adopts
all orphans and waits for them.
"""

import ctypes
import os
import subprocess
import sys
import time
from pathlib import Path

from netlib.deadlines import stretched

PR_SET_CHILD_SUBREAPER = 36  # prctl(2)


def main() -> int:
    entries, pause_s, command = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    deadline = time.monotonic() + stretched(40)
    while run.poll() is None and time.monotonic() < deadline:
        if len(list(Path(".judged", "done").glob("*/*.json"))) >= entries:
            break
        time.sleep(0.002)  # a journal's folder announces nothing
    time.sleep(pause_s)  # the moment
    run.kill()
    said = run.communicate()[1]
    if run.returncode not in (-9, 0):
        print(said.decode(), file=sys.stderr)
        return 1
    report_orphans()
    return 0


def report_orphans() -> None:
    deadline = time.monotonic() + stretched(5)
    while time.monotonic() < deadline:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            time.sleep(0.01)  # waiting for any child has no deadline of its own
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    for child in children:
        print(child, Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode())


if __name__ == "__main__":
    sys.exit(main())
