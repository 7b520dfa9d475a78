"""Makes traffic between two hosts and saves what crossed: `dissect_traffic.py FOLDER`.

Started as root of a user, network and process namespace of its own (UNSHARE in the test), so that
nothing leaves the machine and everything ends with it. FOLDER/frames.json holds the frames in
hexadecimal; what was said on the way goes to standard output. Programs that are not there are
left out, and FOLDER/missing.json names them.
"""

import ctypes
import fcntl
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from netlib.deadlines import stretched

DEADLINE_S = stretched(60)
NEEDED = ("dnsmasq", "busybox", "curl", "dig", "ping", "tftp", "traceroute", "ip", "nsenter")
OURS, THEIRS, FAR = "192.0.2.1", "192.0.2.2", "198.51.100.9"
OURS6, THEIRS6 = "2001:db8::1", "2001:db8::2"
PORTS = "50000 53999"  # of clients: tshark has a protocol of its own for none of them
_ALL_FRAMES = socket.htons(3)
_SIOCETHTOOL, _SET_TX_CHECKSUM, _SET_TSO, _SET_GSO = 0x8946, 0x17, 0x1F, 0x24

DNSMASQ = (
    "dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts",
    "--user=root", "--group=root", "--pid-file=", "--log-facility=-", "--enable-tftp",
    "--dhcp-range=192.0.2.100,192.0.2.110", "--dhcp-range=2001:db8::,ra-only", "--enable-ra",
    "--local=/example.org/", "--local=/in-addr.arpa/",
    "--host-record=www.example.org,192.0.2.7,2001:db8::7", "--domain=example.org",
    "--host-record=mail.example.net,192.0.2.9",
    "--cname=alias.example.org,www.example.org", "--mx-host=example.org,mail.example.org,10",
    "--txt-record=example.org,v=spf1 -all,second text", "--ptr-record=a.example.org,b.example.org",
    "--srv-host=_ldap._tcp.example.org,ldap.example.org,389,1,2",
)  # fmt: skip


def main(folder: Path) -> None:
    missing = [name for name in NEEDED if shutil.which(name) is None]
    (folder / "missing.json").write_text(json.dumps(missing))
    files = folder / "files"
    files.mkdir()
    (files / "small.txt").write_text("hello\n" * 20)
    (files / "large.bin").write_bytes(bytes(range(256)) * 1200)
    with _peer() as inside:
        _network(inside)
        with _captured() as frames, _servers(inside, folder, files):
            _traffic(folder)
            _offload("v0", False)
            inside(sys.executable, os.path.abspath(__file__), "--no-offload", "v1")
            _traffic(folder)
    (folder / "frames.json").write_text(json.dumps([frame.hex() for frame in frames]))


class _Inside:
    """Runs commands on the other host."""

    def __init__(self, pid: int) -> None:
        self.prefix = ("nsenter", f"--net=/proc/{pid}/ns/net")

    def __call__(self, *command: str) -> None:
        subprocess.run((*self.prefix, *command), check=True, timeout=DEADLINE_S)


@contextmanager
def _peer() -> Iterator[_Inside]:
    """A host is a namespace, kept by a process that says when it is there and waits for its end."""
    command = ("unshare", "--net", "busybox", "sh", "-c", "echo here; read end")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == b"here\n"
        yield _Inside(holder.pid)
        holder.communicate(b"\n")


def _network(inside: _Inside) -> None:
    def ip(words: str) -> None:
        subprocess.run(("ip", *words.split()), check=True)

    ip("link set lo up")
    ip(f"link add v0 type veth peer name v1 netns {inside.prefix[1].split('/')[2]}")
    inside("ip", "link", "set", "lo", "up")
    for run, name, address, address6 in (
        (lambda *words: ip(" ".join(words)), "v0", OURS, OURS6),
        (lambda *words: inside("ip", *words), "v1", THEIRS, THEIRS6),
    ):
        run("addr", "add", f"{address}/24", "dev", name)
        run("addr", "add", f"{address6}/64", "dev", name, "nodad")
        run("link", "set", name, "up")
    for prefix in ((), inside.prefix):
        words = ("sh", "-c", f"echo {PORTS} > /proc/sys/net/ipv4/ip_local_port_range")
        subprocess.run((*prefix, *words), check=True)
    ip(f"route add default via {THEIRS}")
    inside("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
    inside("ip", "route", "add", "unreachable", f"{FAR}/32")


@contextmanager
def _captured() -> Iterator[list[bytes]]:
    frames: list[bytes] = []
    ended = threading.Event()
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, _ALL_FRAMES) as sock:
        sock.bind(("v0", 3))
        sock.settimeout(0.2)

        def collect() -> None:
            while True:
                try:
                    frames.append(sock.recv(1 << 16))
                except TimeoutError:
                    if ended.is_set():
                        return

        thread = threading.Thread(target=collect)
        thread.start()
        try:
            yield frames
        finally:
            ended.set()
            thread.join()


@contextmanager
def _servers(inside: _Inside, folder: Path, files: Path) -> Iterator[None]:
    leases = (f"--dhcp-leasefile={folder}/leases", f"--tftp-root={files}")
    names = subprocess.Popen((*inside.prefix, *DNSMASQ, *leases), stderr=subprocess.PIPE, text=True)
    assert names.stderr is not None
    line = ""
    for line in names.stderr:
        if "started" in line:
            break
    else:
        raise RuntimeError(f"dnsmasq ended with {names.wait()}: {line}")
    drain = threading.Thread(target=names.stderr.read)
    drain.start()
    inside("busybox", "httpd", "-h", str(files))  # it goes to the background once it listens
    try:
        yield
    finally:
        names.kill()
        names.wait()
        drain.join()
        names.stderr.close()


def _traffic(folder: Path) -> None:
    def run(words: str) -> None:
        command = words.split()
        if shutil.which(command[0]) is None:
            return
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=DEADLINE_S, cwd=folder, check=False
        )
        print(f"{words}: {done.returncode}", done.stderr[-200:] if done.returncode else "")

    for question in (
        "www.example.org", "www.example.org AAAA", "alias.example.org", "example.org MX",
        "example.org TXT", "_ldap._tcp.example.org SRV", "a.example.org PTR", "nothing.example.org",
        "mail.example.net", "example.net NS", ". NS",
        "www.example.org ANY +tcp", "example.org MX +noedns", "www.example.org +dnssec",
    ):  # fmt: skip
        run(f"dig @{THEIRS} +tries=1 +time=2 {question}")
    run(f"dig @{THEIRS6} +tries=1 +time=2 -x 192.0.2.7")
    run(f"ping -c 3 -i 0.01 {THEIRS}")
    run(f"ping -c 2 -i 0.01 -s 3000 {THEIRS}")
    run(f"ping -c 2 -i 0.01 -R {THEIRS}")
    run(f"ping -c 2 -i 0.01 -T tsonly {THEIRS}")
    run(f"ping -c 3 -i 0.01 {THEIRS6}")
    run(f"ping -c 2 -i 0.01 -s 3000 {THEIRS6}")
    run(f"busybox arping -c 1 -I v0 {THEIRS}")
    run("busybox udhcpc -i v0 -n -q -f -s /bin/true")
    run(f"traceroute -n -q 2 -w 1 -m 3 {FAR}")
    run(f"traceroute -n -q 1 -w 1 {THEIRS}")
    run(f"traceroute -n -q 1 -w 1 -T -p 80 {THEIRS}")
    run(f"tftp {THEIRS} -c get small.txt")
    run(f"tftp {THEIRS} -c get nothing.txt")
    run(f"curl -s -o got tftp://{THEIRS}/large.bin")
    for path in ("small.txt", "large.bin", "nothing.txt"):
        run(f"curl -s -o got http://{THEIRS}/{path}")
    run(f"curl -s -g -o got http://[{THEIRS6}]/small.txt")
    run(f"curl -s -o got -d name=value http://{THEIRS}/cgi-bin/none")
    run(f"curl -s -o got http://{THEIRS}:81/")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for size in (0, 1, 600, 4000):
            sock.sendto(bytes(size), (THEIRS, 9))


def _offload(device: str, on: bool) -> None:
    """Let the kernel compute checksums and cut segments itself, or leave it to the card."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for command in (_SET_TX_CHECKSUM, _SET_TSO, _SET_GSO):
            value = ctypes.create_string_buffer(struct.pack("II", command, int(on)))
            request = struct.pack("16sP16x", device.encode(), ctypes.addressof(value))
            fcntl.ioctl(sock, _SIOCETHTOOL, request)


if __name__ == "__main__":
    if sys.argv[1] == "--no-offload":
        _offload(sys.argv[2], False)
    else:
        main(Path(sys.argv[1]))
