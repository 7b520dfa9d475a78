"""Installs the Debian packages that the tests need, or says which line installs them.

Whatever happens it exits with 0: a test whose program is missing is skipped and reported, so a
machine without them, without apt-get or without the right to use it still runs the rest.
"""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PACKAGES", "Package", "main", "missing"]


@dataclass(frozen=True, slots=True)
class Package:
    """A Debian package, what it is for, and how to tell that it is there.

    daemon: installing it starts a service, where nothing forbids that; so it is only named there.
    """

    name: str
    purpose: str
    present: Callable[[], bool]
    daemon: bool = False


def _on_path(program: str) -> Callable[[], bool]:
    return lambda: shutil.which(program) is not None


def _has_chinese_font() -> bool:
    if shutil.which("fc-list") is None:
        return False
    listed = subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, check=False)
    return bool(listed.stdout.strip())


def _has_seccomp() -> bool:
    try:
        ctypes.CDLL("libseccomp.so.2")
    except OSError:
        return False
    return True


PACKAGES = (
    Package("bubblewrap", "grading: the sandbox", _on_path("bwrap")),
    Package("libseccomp2", "grading: what a sandbox may ask of the kernel", _has_seccomp),
    Package("busybox", "grading and peers: small standard programs", _on_path("busybox")),
    Package("chromium", "browser tests", Path("/usr/bin/chromium").exists),
    Package("fonts-noto-cjk", "Chinese in screenshots", _has_chinese_font),
    Package("bind9-dnsutils", "peers: dig", _on_path("dig")),
    Package("curl", "peers: curl", _on_path("curl")),
    Package("dnsmasq-base", "peers: dnsmasq, for DNS, DHCP and TFTP", _on_path("dnsmasq")),
    Package("ethtool", "peers: what a person types to make a LAN", _on_path("ethtool")),
    Package("iproute2", "peers: ip and ss", _on_path("ss")),
    Package("iputils-ping", "peers: ping", _on_path("ping")),
    Package("lsof", "peers: lsof", _on_path("lsof")),
    Package("netbase", "peers: /etc/services", Path("/etc/services").exists),
    Package("netcat-openbsd", "peers: nc", _on_path("nc")),
    Package("nftables", "peers: nft", _on_path("nft")),
    Package("procps", "peers: sysctl", _on_path("sysctl")),
    Package("socat", "peers: socat", _on_path("socat")),
    Package("tftp-hpa", "peers: TFTP's own client", _on_path("tftp")),
    Package(
        "tftpd-hpa", "peers: TFTP's own server", Path("/usr/sbin/in.tftpd").exists, daemon=True
    ),
    Package("traceroute", "peers: traceroute", _on_path("traceroute")),
    Package("tshark", "peers: reads our captures", _on_path("tshark")),
    Package("wrk", "peers: wrk", _on_path("wrk")),
)


def missing() -> list[Package]:
    """Return the packages that this machine lacks."""
    return [package for package in PACKAGES if not package.present()]


def _starts_daemons() -> bool:
    """Tell whether installing a service starts it: not in containers, which have a policy."""
    return not os.access("/usr/sbin/policy-rc.d", os.X_OK)


def _as_root() -> list[str] | None:
    """Return what stands before a command to run it as root, None if that needs a password."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if asked.returncode == 0 else None


def _apt_get(prefix: list[str], *arguments: str) -> bool:
    command = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", *arguments]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        print(f"`apt-get {' '.join(arguments)}` failed: {done.stderr.strip()[-500:]}")
    return done.returncode == 0


def _install(prefix: list[str], names: list[str]) -> None:
    print(f"Installing system packages: {' '.join(names)}", flush=True)
    _apt_get(prefix, "update")
    install = ("install", "--yes", "--no-install-recommends")
    if not _apt_get(prefix, *install, *names) and len(names) > 1:
        for name in names:  # one that this distribution lacks must not cost the others
            _apt_get(prefix, *install, name)


def main() -> None:
    """Install what is missing if that needs no password; report what is still missing."""
    lacking = missing()
    prefix = _as_root() if lacking and shutil.which("apt-get") else None
    if lacking and prefix is not None:
        quiet = [each.name for each in lacking if not (each.daemon and _starts_daemons())]
        if quiet:
            _install(prefix, quiet)
        lacking = missing()
    if lacking:
        print("Not on this machine (the tests that need them are skipped and reported):")
        for package in lacking:
            print(f"  {package.name}: {package.purpose}")
        names = " ".join(package.name for package in lacking)
        print(f"To install them on Debian or Ubuntu:\n  sudo apt-get install {names}", flush=True)


if __name__ == "__main__":
    main()
