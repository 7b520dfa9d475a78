"""What rules change in the process of the learner's code: it ends with the run."""

from autograder.network import Handle, Steps
from autograder.text import Raised

__all__ = ["HIGHEST", "HUGE", "capped", "their"]

ROOM = 128 << 20  # bytes, for whoever takes none for what is refused
HUGE = 2 * ROOM
HIGHEST = (0x80000000, 0xFFFFFFFF)
"""Lengths that are negative to who reads them as signed."""


def their(steps: Steps, module: str) -> Handle:
    """Return a module of the standard library in that process, or the learner's code itself
    ("__main__")."""
    imported = steps.process.start_path("__builtins__", ("__import__",), (module,), {}).result()
    assert isinstance(imported, Handle)
    return imported


def capped(steps: Steps) -> None:
    """From now on the learner's code gets no more than ROOM bytes of memory, beyond what it has:
    else it raises MemoryError. Where there is no /proc, nothing is capped."""
    try:
        status = their(steps, "builtins").call("open", "/proc/self/status").call("read")
    except Raised:
        return
    held = int(status.partition("VmData:")[2].split()[0]) << 10
    resource = their(steps, "resource")
    _, most = resource.call("getrlimit", resource.read("RLIMIT_DATA"))
    resource.call("setrlimit", resource.read("RLIMIT_DATA"), (held + ROOM, most))
