"""A finished discovery, to be looked at before one's own: FeiQ's packets on the hosts of a LAN.

Everybody enters, answers whoever enters, and confirms a message that asks for it. Not a library:
nothing is sent again, and nobody leaves.
"""

import socket
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from ipaddress import ip_network

from netlib.lan.host import Host

__all__ = ["PORT", "find_each_other"]

PORT = 2425
_ENTRY, _ANSWER, _MESSAGE, _RECEIPT = 1, 3, 32, 33  # IP Messenger, draft 9
_CONFIRM = 0x100


@dataclass
class _Person:
    name: str
    sock: socket.socket
    found: set[str] = field(default_factory=set)
    made: int = 0
    met: threading.Event = field(default_factory=threading.Event)

    def say(self, command: int, content: str, to: tuple[str, int]) -> None:
        self.made += 1
        packet = f"1:{self.made}:{self.name}:pc:{command}:{content}"
        self.sock.sendto(packet.encode("gbk"), to)

    def hear(self, data: bytes, sender: tuple[str, int]) -> None:
        _, number, name, _, code, _ = data.decode("gbk").split(":", 5)
        command = int(code) & 0xFF
        if name == self.name:
            return  # one's own broadcast comes back
        if command in (_ENTRY, _ANSWER):
            self.found.add(name)
            self.met.set()
        if command == _ENTRY:
            self.say(_ANSWER, self.name, sender)
        if command == _MESSAGE and int(code) & _CONFIRM:
            self.say(_RECEIPT, number, sender)

    def listen(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.sock.settimeout(left)
            try:
                self.hear(*self.sock.recvfrom(2048))
            except TimeoutError:
                return


def find_each_other(
    hosts: Sequence[Host], *, own_address: bool = False, seconds: float = 0.8, message: str = ""
) -> dict[str, list[str]]:
    """Let the hosts enter one after the other, and return whom each has found, by name.

    Args:
        hosts: of one network with a prefix of 24 bits.
        own_address: each binds its own address, and not all of them ("").
        seconds: for which they listen.
        message: what the first then sends to the second; it asks for a receipt.
    """
    everybody = str(ip_network(f"{hosts[0].address}/24", strict=False).broadcast_address), PORT
    people = [_Person(host.name, _opened(host, own_address)) for host in hosts]
    try:
        with ThreadPoolExecutor(len(people)) as pool:
            ended = [pool.submit(person.listen, seconds) for person in people]
            for person in people:
                person.say(_ENTRY, person.name, everybody)
            if message and people[0].met.wait(seconds):
                people[0].say(_MESSAGE | _CONFIRM, message, (hosts[1].address, PORT))
            for each in ended:
                each.result()
    finally:
        for person in people:
            person.sock.close()
    return {person.name: sorted(person.found) for person in people}


def _opened(host: Host, own_address: bool) -> socket.socket:
    with host:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    sock.bind((host.address if own_address else "", PORT))
    return sock
