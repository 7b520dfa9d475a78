"""A machine of a LAN: a network of its own, its interfaces, and programs that run on it."""

import array
import fcntl
import os
import shutil
import socket
import struct
import subprocess
from collections.abc import Sequence
from functools import partial
from typing import Any

from netlib.errors import LanError, Unavailable
from netlib.lan import rtnetlink
from netlib.lan.site import Site
from netlib.lan.tables import Interface, Table
from netlib.netlink import DUMP, Netlink

__all__ = ["Finished", "Machine"]

_ETHTOOL = 0x8946  # SIOCETHTOOL, linux/sockios.h
_OFFLOADS = (0x17, 0x1F, 0x24, 0x2C)  # ETHTOOL_STXCSUM, _STSO, _SGSO, _SGRO


class Finished(subprocess.CompletedProcess[Any]):
    """A program that has ended; shown, it is what the program printed."""

    def __str__(self) -> str:
        printed = (self.stdout, self.stderr)
        return "".join(part for part in printed if isinstance(part, str)).rstrip("\n")

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": str(self) or repr(self)}


class Machine:
    """A machine with a name and an empty network; close() ends its programs too.

    Attributes:
        devices: index and name of the interfaces that the LAN gave it.
        macs: their MAC addresses, of which mac_byte is the first byte.
        network: a descriptor of its network namespace.
    """

    mac_byte = 0x02

    def __init__(self, name: str, site: Site) -> None:
        site.check_name(name)
        self.name = name
        self.site = site
        self.devices: dict[int, str] = {1: "lo"}
        self.macs: list[str] = []
        self._programs: list[subprocess.Popen[Any]] = []
        self.network = site.namespaces.network()
        site.machines[name] = self
        site.on_close(partial(os.close, self.network))
        site.commands.append(f"ip netns add {name}")

    def __repr__(self) -> str:
        closed = "" if self.site.open else ", closed"
        return f"<{type(self).__name__} {self.name}{closed}>"

    def run(self, *command: object, **options: Any) -> Finished:
        """Run a program here until it ends; its output is text, unless options say otherwise.

        options are those of subprocess.run.

        Raises:
            Unavailable: the program, or nsenter, is not installed.
        """
        given: dict[str, Any] = {"text": True, **options}
        must_succeed = given.pop("check", False)
        if "stdout" not in given and "stderr" not in given:
            given.setdefault("capture_output", True)
        words, entry = self._entering(command, given)
        done = subprocess.run(words, check=False, **entry)
        finished = Finished([*map(str, command)], done.returncode, done.stdout, done.stderr)
        if must_succeed:
            finished.check_returncode()
        return finished

    def popen(self, *command: object, **options: Any) -> subprocess.Popen[Any]:
        """Start a program here; options are those of subprocess.Popen. It ends with the LAN.

        Raises:
            Unavailable: the program, or nsenter, is not installed.
        """
        words, entry = self._entering(command, options)
        program = subprocess.Popen(words, **entry)
        self._programs.append(program)
        return program

    def open(self, path: str, flags: int = os.O_RDONLY) -> int:
        """Return a descriptor of a file below /proc/sys/net or /proc/self/net of this machine."""
        self.site.check_open()
        return self.site.namespaces.open(self.network, path, flags)

    def new_socket(self, family: int, kind: int, protocol: int = 0) -> int:
        """Return the descriptor of a new socket that is born on this machine.

        Raises:
            OSError: as socket.socket() would.
        """
        self.site.check_open()
        return self.site.namespaces.new_socket(self.network, family, kind, protocol)

    @property
    def interfaces(self) -> Table[Interface]:
        """What `ip addr` lists, a row an address."""
        links = map(rtnetlink.read_link, self.dump(rtnetlink.GETLINK))
        found = [rtnetlink.read_address(body) for body in self.dump(rtnetlink.GETADDR)]
        rows = []
        for link in links:
            own = [f"{row.address}/{row.prefix}" for row in found if row.index == link.index]
            rows += [Interface(link.name, link.mac, text) for text in own or [""]]
        return Table(rows)

    def netlink(self, protocol: int = 0) -> Netlink:
        """Return a netlink socket of this machine, to be used in a with-block."""
        return Netlink(self.new_socket, protocol)

    def dump(self, kind: int, family: int = socket.AF_UNSPEC) -> list[bytes]:
        """Return the bodies of all entries of one of the kernel's tables."""
        with self.netlink() as kernel:
            return kernel.exchange(kind, DUMP, rtnetlink.everything(kind, family))

    def ask(self, requests: Sequence[bytes]) -> None:
        """Have the kernel change something about this machine's network."""
        with self.netlink() as kernel:
            kernel.transact(requests)

    def typed(self, words: str) -> None:
        """Record what a person would have typed: an ip command about this machine."""
        self.site.commands.append(f"ip -n {self.name} {words}")

    def new_device(self, name: str) -> tuple[int, str, str]:
        """Reserve the next interface; return its index, name and MAC address."""
        index = max(self.devices) + 1
        self.devices[index] = name
        mac = self.site.new_mac(self.mac_byte)
        self.macs.append(mac)
        return index, name, mac

    def no_offload(self, kernel: Netlink, device: str) -> None:
        """Let frames be what a cable would carry: at most the MTU, checksums done.

        Otherwise veth passes 64 KiB segments on whose checksums nobody has computed.
        """
        for command in _OFFLOADS:
            value = array.array("I", [command, 0])
            name = struct.pack("16sP16x", device.encode(), value.buffer_info()[0])
            fcntl.ioctl(kernel, _ETHTOOL, name)  # any socket of the machine will do
        self.site.commands.append(
            f"ip netns exec {self.name} ethtool -K {device} tx off tso off gso off gro off"
        )

    def _entering(
        self, command: tuple[object, ...], options: dict[str, Any]
    ) -> tuple[list[str], dict[str, Any]]:
        """Return the words and options that start command in this machine's network."""
        self.site.check_open()
        if not command:
            raise LanError(f"expected a program and its arguments to run on {self.name}; got none")
        user, network = self.site.namespaces.user, self.network
        words = [
            _program("nsenter"),
            f"--user=/proc/self/fd/{user}",
            f"--net=/proc/self/fd/{network}",
            "--preserve-credentials",
            "--",
            _program(str(command[0])),
            *map(str, command[1:]),
        ]
        passed = (*options.pop("pass_fds", ()), user, network)
        return words, {**options, "pass_fds": passed}

    def end_programs(self) -> None:
        """End what popen() started here."""
        for program in self._programs:
            program.kill()
            program.wait()


def _program(name: str) -> str:
    """Find a program; ip and its like are in folders that ordinary users do not search."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None:
        raise Unavailable(f"expected the program {name!r} on this machine: install it")
    return found
