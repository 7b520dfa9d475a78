"""The life of a LAN: what survives an interrupt, what a dead kernel leaves, who refuses."""

import errno
import os
import select
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from netlib.deadlines import stretched
from netlib.errors import LanError, Unavailable
from netlib.lan import Lan
from netlib.lan.refusal import reason

DEADLINE_S = stretched(60)
ROOT = Path(__file__).resolve().parents[2]


def start() -> Lan:
    try:
        return Lan("192.0.2.0/24").start()
    except Unavailable as missing:
        pytest.skip(str(missing))


def run(program: str, *before: str, session: bool = False) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*before, sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        start_new_session=session,
        timeout=6 * DEADLINE_S,
        check=False,
    )


# ---------------------------------------------------------------- the kernel ends

_KERNEL = """
import os, sys
from netlib.lan import Cable, Lan
lan = Lan("192.0.2.0/24").start()
anna, ben = lan.host("anna"), lan.host("ben", cable=Cable(delay_s=0.001))
program = anna.popen("sh", "-c", "sleep 1000 & echo up; exec sleep 1000", stdout=-1)
program.stdout.readline()
others = open(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read()
if os.fork() == 0:  # as a server that forks: it holds copies of all our descriptors
    sys.stdin.read()
    os._exit(0)
print(os.readlink(f"/proc/{program.pid}/ns/net"), others, flush=True)
sys.stdin.read()
"""


def in_network(name: str) -> list[str]:
    """Return the processes that are in a network namespace."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(process / "ns/net") == name:
                found.append(process.name)
        except OSError:
            continue
    return found


def test_a_killed_kernel_leaves_no_process_and_no_namespace() -> None:
    start().close()
    kernel = subprocess.Popen(
        [sys.executable, "-c", _KERNEL],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with kernel:
        assert kernel.stdout is not None
        network, *children = kernel.stdout.readline().split()
        assert len(children) == 3, "expected the helper, the bad cable and the program"
        assert len(in_network(network)) == 2
        watched = [os.pidfd_open(int(child)) for child in children]
        kernel.kill()
        kernel.wait()
        for pidfd in watched:
            assert select.select([pidfd], [], [], DEADLINE_S)[0], "it outlives its kernel"
            os.close(pidfd)
        assert in_network(network) == []


def test_a_lan_that_is_closed_leaves_nothing_even_if_there_is_a_fork() -> None:
    lan = start()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writer)
        os.read(reader, 1)
        os._exit(0)
    os.close(reader)
    lan.close()  # would wait for ever if the helper waited for the fork
    os.close(writer)
    assert os.waitpid(child, 0)[1] == 0


_INTERRUPTED = """
import os, signal, socket
from netlib.lan import Cable, Lan
lan = Lan("192.0.2.0/24").start()
anna, ben = lan.host("anna"), lan.host("ben", cable=Cable(delay_s=0.001))
interrupts = 0
for _ in range(200):
    try:
        os.killpg(0, signal.SIGINT)
        with anna:
            socket.socket().close()
    except KeyboardInterrupt:
        interrupts += 1
with ben:
    receiver = socket.socket(type=socket.SOCK_DGRAM)
receiver.bind(("", 5000))
with anna:
    socket.socket(type=socket.SOCK_DGRAM).sendto(b"alive", (ben.address, 5000))
print(interrupts, receiver.recv(9))
lan.close()
"""


def test_interrupts_of_the_whole_process_group_do_not_end_a_lan() -> None:
    start().close()
    done = run(_INTERRUPTED, session=True)
    assert (done.stdout, done.stderr) == ("200 b'alive'\n", "")


_CUT_SHORT = """
import signal, socket
from netlib.lan import Lan
armed = False
def interrupt(*_):
    if armed:
        raise KeyboardInterrupt
signal.signal(signal.SIGALRM, interrupt)
with Lan("192.0.2.0/24") as lan:
    anna, ben = lan.host("anna"), lan.host("ben")
    wrong = cut = 0
    for at in range(400):
        host, address = (anna, "192.0.2.1") if at % 2 else (ben, "192.0.2.2")
        try:
            try:
                armed = True
                signal.setitimer(signal.ITIMER_REAL, 2e-5 * (at % 20 + 1))
                with host, socket.socket() as sock:
                    pass
            finally:
                armed = False
        except KeyboardInterrupt:
            cut += 1
        with host, socket.socket() as sock:
            try:
                sock.bind((address, 0))
            except OSError:
                wrong += 1
print(wrong, cut > 0)
"""


def test_an_interrupt_between_question_and_answer_mixes_nothing_up() -> None:
    start().close()
    done = run(_CUT_SHORT)
    assert done.stdout == "0 True\n", done.stderr


def test_a_lan_whose_helper_has_died_says_so() -> None:
    lan = start()
    anna = lan.host("anna")
    site = lan._site
    assert site is not None
    site.namespaces._process.kill()
    site.namespaces._process.wait()
    with pytest.raises(LanError, match="^expected the LAN's helper process to answer; it has "):
        anna.new_socket(2, 1)
    lan.close()


# ---------------------------------------------------------------- where it cannot be

_TRY = """
from netlib.errors import Unavailable
from netlib.lan import Lan
try:
    with Lan("192.0.2.0/24"):
        print("works")
except Unavailable as error:
    print(error)
"""

_FORBID = """
import errno, pyseccomp
rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
rules.add_rule(pyseccomp.ERRNO(errno.EPERM), "unshare")
rules.load()
"""


def test_a_container_that_forbids_namespaces_is_named_with_its_remedy() -> None:
    """Docker's default seccomp profile answers EPERM, as this filter does."""
    start().close()
    pytest.importorskip("pyseccomp", reason="there is no pyseccomp here to forbid namespaces with")
    assert run(_FORBID + _TRY).stdout == (
        "expected a new user namespace for the LAN; this machine refuses it (a container's seccomp "
        "filter): start the container with  docker run --security-opt seccomp=unconfined\n"
    )


@pytest.mark.parametrize("setting", ["user.max_user_namespaces", "user.max_net_namespaces"])
def test_a_setting_that_forbids_namespaces_is_named_with_its_remedy(setting: str) -> None:
    start().close()
    if shutil.which("unshare") is None:
        pytest.skip("there is no unshare here: install util-linux to forbid namespaces")
    path = f"/proc/sys/{setting.replace('.', '/')}"
    done = run(_TRY, "unshare", "-Ur", "sh", "-c", f'echo 0 > {path}; exec "$@"', "sh")
    kind = "user" if "user_n" in setting else "network"
    assert done.stdout == (
        f"expected a new {kind} namespace for the LAN; this machine refuses it ({setting}=0): "
        f"run  sudo sysctl -w {setting}=15000\n"
    ), done.stderr


@pytest.mark.parametrize(
    ("number", "step", "platform", "settings", "filtered", "sentence"),
    [
        (
            errno.EPERM,
            "network namespace",
            "linux",
            {"kernel/apparmor_restrict_unprivileged_userns": "1"},
            False,
            "expected a new network namespace for the LAN; this machine refuses it "
            "(kernel.apparmor_restrict_unprivileged_userns=1): run  "
            "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
        ),
        (
            errno.EPERM,
            "user namespace",
            "linux",
            {"kernel/unprivileged_userns_clone": "0", "user/max_user_namespaces": "99"},
            False,
            "expected a new user namespace for the LAN; this machine refuses it "
            "(kernel.unprivileged_userns_clone=0): run  "
            "sudo sysctl -w kernel.unprivileged_userns_clone=1",
        ),
        (
            errno.ENOSPC,
            "user namespace",
            "linux",
            {"user/max_user_namespaces": "99"},
            True,
            "expected a new user namespace for the LAN; this machine refuses it (as many exist as "
            "user.max_user_namespaces and user.max_net_namespaces allow): close other LANs, or "
            "raise these two with sudo sysctl -w",
        ),
        (
            errno.EINVAL,
            "user namespace",
            "linux",
            {},
            False,
            "expected a new user namespace for the LAN; this machine refuses it (EINVAL): "
            "ask its administrator to allow user namespaces to ordinary users",
        ),
        (
            0,
            "",
            "darwin",
            {},
            False,
            "expected Linux, whose namespaces a LAN is made of; this is darwin: "
            "on macOS, run the course in a Linux virtual machine or container",
        ),
        (
            0,
            "",
            "win32",
            {},
            False,
            "expected Linux, whose namespaces a LAN is made of; this is win32: "
            "on Windows, run the course in WSL 2 (wsl --install)",
        ),
        (
            0,
            "",
            "freebsd14",
            {},
            False,
            "expected Linux, whose namespaces a LAN is made of; this is freebsd14: "
            "run the course on Linux",
        ),
    ],
)
def test_every_refusal_has_one_sentence_with_cause_and_remedy(
    number: int,
    step: str,
    platform: str,
    settings: dict[str, str],
    filtered: bool,
    sentence: str,
) -> None:
    assert reason(number, step, platform, settings, filtered) == sentence


def test_another_system_is_refused_before_anything_is_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(Unavailable, match="^expected Linux"):
        Lan("192.0.2.0/24").start()


def test_a_kernel_without_ipv6_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netlib.lan.rtnetlink._IPV6", "/proc/net/no-such-file")
    lan = start()
    assert lan.host("anna").address == "192.0.2.1"
    lan.close()


def test_a_refused_lan_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fixture compares descriptors and threads."""
    monkeypatch.setattr("netlib.lan.namespaces._HELPER", ROOT / "no-such-file.py")
    with pytest.raises(LanError, match="^expected the LAN's helper process to answer; it has "):
        Lan("192.0.2.0/24").start()
