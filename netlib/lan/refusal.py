"""Why this machine has no namespaces for us, and what to do about it, in one sentence."""

import errno
import sys
from collections.abc import Mapping
from pathlib import Path

from netlib.errors import Unavailable

__all__ = ["reason", "unavailable"]

_SYSTEMS = {
    "win32": "on Windows, run the course in WSL 2 (wsl --install)",
    "darwin": "on macOS, run the course in a Linux virtual machine or container",
}
_SETTINGS = {  # what forbids, its value that does, and what to set it to
    "kernel/unprivileged_userns_clone": ("0", "1"),  # Debian's kernels
    "kernel/apparmor_restrict_unprivileged_userns": ("1", "0"),  # Ubuntu, from 23.10
    "user/max_user_namespaces": ("0", "15000"),
    "user/max_net_namespaces": ("0", "15000"),
}
_DOCKER = "docker run --security-opt seccomp=unconfined"


def unavailable(number: int, step: str) -> Unavailable:
    """Return the error to raise when the machine answered a step with an errno."""
    return Unavailable(reason(number, step, sys.platform, _settings(), _filtered()))


def reason(
    number: int, step: str, platform: str, settings: Mapping[str, str], filtered: bool
) -> str:
    """Return one sentence: what was expected, what stands in the way, and the remedy.

    settings maps names below /proc/sys to their values; filtered tells whether a seccomp
    filter decides what this process may ask of the kernel, as in a container.
    """
    if platform != "linux":
        remedy = _SYSTEMS.get(platform, "run the course on Linux")
        return f"expected Linux, whose namespaces a LAN is made of; this is {platform}: {remedy}"
    refused = f"expected a new {step} for the LAN; this machine refuses it"
    for name, (forbids, allows) in _SETTINGS.items():
        if settings.get(name) == forbids:
            setting = name.replace("/", ".")
            return f"{refused} ({setting}={forbids}): run  sudo sysctl -w {setting}={allows}"
    if number == errno.ENOSPC:
        return (
            f"{refused} (as many exist as user.max_user_namespaces and user.max_net_namespaces "
            "allow): close other LANs, or raise these two with sudo sysctl -w"
        )
    if filtered:
        return f"{refused} (a container's seccomp filter): start the container with  {_DOCKER}"
    cause = errno.errorcode.get(number, str(number))
    return f"{refused} ({cause}): ask its administrator to allow user namespaces to ordinary users"


def _settings() -> dict[str, str]:
    found = {}
    for name in _SETTINGS:
        path = Path("/proc/sys", name)
        if path.exists():
            found[name] = path.read_text(encoding="ascii").strip()
    return found


def _filtered() -> bool:
    status = Path("/proc/self/status")  # proc_pid_status(5): Seccomp: 2 is a filter
    return status.exists() and "Seccomp:\t2" in status.read_text(encoding="utf-8")
