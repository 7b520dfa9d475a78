"""Rules that ask for a LAN: the learner's code is on a host of it, in practice and in grading."""

import json
import os
import random
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.clock import CLOCK
from autograder.exercise import Exercise, Report, Rules
from autograder.guest.loading import LoadCell
from autograder.judging import draws
from autograder.judging import judge as judging
from autograder.judging.fork import fork
from autograder.judging.judge import Unjudgeable, forked, judge
from autograder.judging.run_rules import run
from autograder.learner.program import Program
from autograder.network import Learner, Reply, Steps
from autograder.report.text import report_text
from netlib.deadlines import stretched
from netlib.errors import Unavailable
from netlib.lan import Lan

ROOT = Path(__file__).resolve().parents[2]
DEADLINE_S = stretched(120)
REACH_S = stretched(1.0)  # seconds that our sockets wait; with a right program they never do

Rng = random.Random
Body = Callable[[Learner, Steps, Rng], None]

# -- the exercises, with a right program for each ----------------------------------------------

FETCH = """
import socket
def fetch(address):
    with socket.create_connection(address, 5) as sock:
        sock.sendall(b"hello")
        sock.shutdown(socket.SHUT_WR)
        return sock.makefile("rb").read()
"""
LISTEN = """
import socket
def answer_one(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("", port))
        sock.settimeout(5)
        data, source = sock.recvfrom(100)
        sock.sendto(data.upper(), source)
"""
PROBE = """
import os, socket
def look(unseen):
    said = []
    for address in unseen:
        try:
            socket.create_connection(tuple(address), 0.2).close()
            said.append("connected")
        except OSError as error:
            said.append(type(error).__name__)
    return said, [name for _, name in socket.if_nameindex()]
"""


def two_networks(lan: Lan) -> None:
    """Put anna on one network and ben on the other, with a router between them."""
    assert lan.center is not None
    far = lan.switch("far", "198.51.100.0/24")
    lan.router("gate", lan.center, far)
    lan.host("anna")
    lan.host("ben", far)


def across_a_router(learner: Learner, steps: Steps, rng: Rng) -> None:
    """fetch gets what the server sends, also from another network.

    服务器在另一个网络上时，fetch 也能取到它发来的内容。
    """
    payload = rng.randbytes(3000)
    lan = steps.lan("192.0.2.0/24", build=two_networks, learner_on="anna")
    ben = lan["ben"]
    assert ben.name == "ben"
    with ben, socket.create_server(("", 8000)) as listener:  # type: ignore[union-attr]
        reply = learner.start("fetch", ("198.51.100.1", 8000))
        sock, source = accepted(listener, steps, reply)
        with sock:
            sock.settimeout(REACH_S)
            steps.expect("who connects", got=source[0], want="192.0.2.1")
            sock.sendall(payload)
            sock.shutdown(socket.SHUT_WR)
            steps.expect("the request", got=sock.makefile("rb").read(), want=b"hello")
        steps.expect("the content", got=reply.result(), want=payload)
        reply.closed_its_sockets()


def accepted(listener: socket.socket, steps: Steps, reply: Reply) -> Any:
    """Return the next connection; fail if none comes, or if the call ends before."""
    while not select.select([listener], [], [], 0)[0]:
        ready = select.select([listener, steps.process], [], [], REACH_S)[0]
        steps.listen(CLOCK.after(0))
        if reply.ended:
            reply.result()
        if reply.ended or not ready:
            steps.fail("a connection", got=None, want=True, late=not reply.ended)
    return listener.accept()


def hears_a_broadcast(learner: Learner, steps: Steps, rng: Rng) -> None:
    """answer_one answers who sends to everybody on the network.

    answer_one 会应答向全网广播的人。
    """
    lan = steps.lan(learner_on="anna")
    with lan["ben"]:  # type: ignore[union-attr]
        ben = steps.udp("ben", "192.0.2.2", 7000)
    ben.sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    reply = learner.start("answer_one", 9000)
    reply.rests()
    ben.send(b"who is there", ("192.0.2.255", 9000))
    answer = ben.receive(("an answer to the broadcast", "对广播的应答"))
    steps.expect("the answer", got=answer.data, want=b"WHO IS THERE")
    steps.expect("who answers", got=answer.source, want=("192.0.2.1", 9000))
    reply.result()


def is_nowhere_else(learner: Learner, steps: Steps, rng: Rng) -> None:
    """look sees its own host, and nothing else.

    look 只看得到自己的主机。
    """
    with socket.create_server(("127.0.0.1", 0)) as outside:  # of the kernel, or of the judge
        steps.lan(learner_on="anna")
        said, names = learner.call("look", [list(outside.getsockname()), ["127.0.0.1", 9]])
    steps.expect("what it reaches", got=said, want=["ConnectionRefusedError"] * 2)
    steps.expect("its interfaces", got=names, want=["lo", "eth0"])


SERVE = """
def serve(sock):
    data, source = sock.recvfrom(100)
    sock.sendto(data.upper(), source)
"""


def serves_a_low_port(learner: Learner, steps: Steps, rng: Rng) -> None:
    """serve answers on the socket that it is given, here on TFTP's port.

    serve 在传给它的套接字上应答，这里用的是 TFTP 的端口。
    """
    lan = steps.lan("2001:db8::/64", "192.0.2.0/24", learner_on="anna")
    with lan["anna"], socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:  # type: ignore[union-attr]
        sock.bind(("", 69))
        reply = learner.start("serve", sock)
    with lan["ben"]:  # type: ignore[union-attr]
        ben = steps.udp("ben", "192.0.2.2")
    ben.send(b"a", ("192.0.2.1", 69))
    steps.expect("the answer", got=ben.receive().data, want=b"A")
    reply.result()


def made(name: str, *bodies: Body) -> Exercise:
    """Return an exercise with these rules."""
    rules = Rules()
    for body in bodies:
        rules.rule(misconception="UDP-04")(body)
    return Exercise(f"tst/{name}", 2, (name,), rules)


EXERCISES = {
    "tst/serve": (made("serve", serves_a_low_port), SERVE),
    "tst/fetch": (made("fetch", across_a_router), FETCH),
    "tst/answer_one": (made("answer_one", hears_a_broadcast), LISTEN),
    "tst/look": (made("look", is_nowhere_else), PROBE),
}


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """No child, no thread and no descriptor is left behind, and so no namespace of ours."""
    before = children(), threading.active_count(), len(os.listdir("/proc/self/fd"))
    yield
    assert (children(), threading.active_count(), len(os.listdir("/proc/self/fd"))) == before


def children() -> set[str]:
    return set(Path("/proc/thread-self/children").read_text().split())


@pytest.fixture(scope="module", autouse=True)
def lans() -> None:
    try:
        Lan().start().close()
    except Unavailable as missing:
        pytest.skip(str(missing))


def practised(id: str, source: str) -> Report:
    return judged(EXERCISES[id][0], source)


def judged(exercise: Exercise, source: str) -> Report:
    cells = Program([LoadCell("cell 1", source, True)], fork)
    return run(exercise, cells, lambda rule: Rng(1))


def shown(report: Report) -> dict[str, Any]:
    return {
        "kinds": [outcome.kind for outcome in report.outcomes],
        "score": report.score,
        "text": report_text(report),
    }


# The judge's own process, as judge.py makes it, with the exercises of this file. The LAN's
# helper is its child: when it has ended, nothing is left in the networks.
GRADING = """
import json, os, random, sys, threading
sys.path[:0] = json.loads(sys.argv[1])
from test_lan_of_rules import DEADLINE_S, EXERCISES, children, shown
from autograder.clock import CLOCK
from autograder.judging import judge
from autograder.learner.program import Program
from autograder.guest.loading import LoadCell
from autograder.judging.run_rules import run
from autograder.sandbox.bubblewrap import Sandbox

judge._own_namespaces()
CLOCK.after(0)  # its one descriptor stays open

def held():
    return children(), threading.active_count(), len(os.listdir("/proc/self/fd"))

said = []
for id, source in json.load(sys.stdin):
    sandbox = Sandbox()
    before = held()
    cells = Program([LoadCell("cell 1", source, True)], sandbox.guest)
    report = run(EXERCISES[id][0], cells, lambda rule: random.Random(1))
    end = CLOCK.after(DEADLINE_S)
    while (after := held()) != before and not CLOCK.passed(end):
        pass  # what a guest had sent is closed in a thread: that may block
    sandbox.close()
    said.append({**shown(report), "left": [str(before), str(after)]})
json.dump(said, sys.stdout)
"""


def graded(*programs: tuple[str, str]) -> list[dict[str, Any]]:
    """Run exercises in the sandbox, in a process as the judge's; what they leave is told."""
    path = json.dumps([str(ROOT), str(Path(__file__).parent)])
    done = subprocess.run(
        [sys.executable, "-c", GRADING, path],
        input=json.dumps(programs),
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said: list[dict[str, Any]] = json.loads(done.stdout)
    for one in said:
        before, after = one.pop("left")
        assert before == after
    return said


# -- right and wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize("id", EXERCISES)
def test_a_right_program_passes_in_practice(id: str) -> None:
    report = practised(id, EXERCISES[id][1])
    assert report.passed, report_text(report)
    assert [outcome.kind for outcome in report.outcomes] == ["passed"]


def test_right_programs_pass_in_grading_and_leave_nothing(sandboxed: None) -> None:
    said = graded(*((id, EXERCISES[id][1]) for id in EXERCISES))
    assert [one["kinds"] for one in said] == [["passed"]] * len(EXERCISES), said
    assert [one["score"] for one in said] == [2.0] * len(EXERCISES)


WRONG = {
    "tst/fetch": FETCH.replace("read()", "read(1000)"),
    "tst/answer_one": LISTEN.replace('("", port)', '("192.0.2.1", port)'),
}


def test_a_wrong_program_fails_with_its_story_the_same_in_practice_and_in_grading(
    sandboxed: None,
) -> None:
    practice = {id: shown(practised(id, source)) for id, source in WRONG.items()}
    assert [practice[id]["kinds"] for id in WRONG] == [["failed"], ["late"]]
    text = practice["tst/fetch"]["text"]
    assert "✗ fetch gets what the server sends, also from another network." in text
    assert "fetch(('198.51.100.1', 8000))" in text
    assert "the content" in text
    assert "nothing within" in practice["tst/answer_one"]["text"]
    again = graded(*WRONG.items())
    assert again == [practice[id] for id in WRONG]


def test_a_cell_that_ends_its_process_is_left_out_on_a_host_too(sandboxed: None) -> None:
    """It is found harmful before the LAN; that it is left out holds there."""
    source = f"{FETCH}\nimport os\nif len(os.listdir('/sys/class/net')) > 1: os._exit(3)"
    report = practised("tst/fetch", source)
    assert report.passed, report_text(report)


def test_a_program_that_ends_its_process_or_hangs_fails_and_leaves_nothing(
    sandboxed: None,
) -> None:
    ends = "import os\ndef fetch(address): os._exit(3)"
    hangs = "def fetch(address):\n    while True: pass"
    programs = [("tst/fetch", ends), ("tst/fetch", hangs)]
    for (id, source), after in zip(programs, graded(*programs), strict=True):
        assert shown(practised(id, source)) == after
        assert after["score"] == 0


# -- how a rule asks ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("networks", "name", "said"),
    [
        ((), "nobody", "expected one of switch, anna, ben; got 'nobody'"),
        ((), "switch", "expected learner_on to be a host; switch is <Switch switch>"),
        (("8.8.8.0/24",), "anna", "8.8.8.0/24 belongs to somebody"),
    ],
)
def test_a_lan_that_cannot_be_is_our_fault_and_given_back(
    caplog: pytest.LogCaptureFixture, networks: tuple[str, ...], name: str, said: str
) -> None:
    def asks(learner: Learner, steps: Steps, rng: Rng) -> None:
        """It asks.

        它提出要求。
        """
        steps.lan(*networks, learner_on=name)

    assert kinds_of(asks) == ["our fault"]
    assert said in caplog.text


@pytest.mark.parametrize("early", ["udp", "folder", "lan", "story"])
def test_a_lan_is_asked_for_before_anything_else(
    caplog: pytest.LogCaptureFixture, early: str
) -> None:
    def asks(learner: Learner, steps: Steps, rng: Rng) -> None:
        """It asks.

        它提出要求。
        """
        match early:
            case "udp":
                steps.udp("ben")
            case "folder":
                steps.folder()
            case "lan":
                steps.lan(learner_on="anna")
            case _:
                learner.start("fetch", ("127.0.0.1", 9))
        steps.lan(learner_on="anna")

    assert kinds_of(asks) == ["our fault"]
    assert "expected steps.lan() once, before anything else in a rule" in caplog.text


def kinds_of(*bodies: Body) -> list[str]:
    return [outcome.kind for outcome in judged(made("fetch", *bodies), FETCH).outcomes]


def test_a_rule_without_a_lan_is_run_from_the_same_cells_afterwards() -> None:
    def plainly(learner: Learner, steps: Steps, rng: Rng) -> None:
        """It holds without a LAN.

        没有局域网时也成立。
        """
        with socket.create_server(("127.0.0.1", 0)) as listener:
            reply = learner.start("fetch", listener.getsockname())
            with listener.accept()[0] as sock:
                sock.makefile("rb").read()
            reply.result()

    chosen = [rule for body in (across_a_router, plainly) for rule in made("fetch", body).rules]
    again = [replace(rule, id=f"{rule.id}_again") for rule in chosen]
    report = judged(Exercise("tst/fetch", 2, ("fetch",), [*chosen, *again]), FETCH)
    assert [outcome.kind for outcome in report.outcomes] == ["passed"] * 4


def test_a_folder_is_shared_with_the_code_on_the_host(sandboxed: None) -> None:
    def copies(learner: Learner, steps: Steps, rng: Rng) -> None:
        """copy copies.

        copy 会复制。
        """
        steps.lan(learner_on="anna")
        folder = steps.folder({"a": b"x"})
        learner.call("copy", folder.path)
        steps.expect("the files", got=folder.read(), want={"a": b"x", "b": b"x"})

    report = judged(made("copy", copies), COPIER)
    assert report.passed, report_text(report)


COPIER = "def copy(folder):\n    open(folder + '/b', 'wb').write(open(folder + '/a', 'rb').read())"


# -- walls -------------------------------------------------------------------------------------

POWERS = """
import ctypes, os, socket, subprocess
def look(unseen):
    libc = ctypes.CDLL(None, use_errno=True)
    status = open("/proc/self/status").read().split("CapInh:")[1].split("NoNewPrivs")[0]
    own = subprocess.run(["cat", "/proc/self/status"], capture_output=True, text=True).stdout
    powers = {line.split()[1] for text in ("CapInh:" + status, own)
              for line in text.splitlines() if line.startswith("Cap")}
    return sorted(powers)
"""


def test_the_code_has_no_power_over_its_host(sandboxed: None) -> None:
    """In practice it would be root of the LAN: neither it nor what it starts has a capability."""
    assert powers_in_practice() == ["0000000000000000"]


def powers_in_practice() -> Any:
    found: list[Any] = []

    def looks(learner: Learner, steps: Steps, rng: Rng) -> None:
        """It looks.

        它看一看。
        """
        steps.lan(learner_on="anna")
        found.append(learner.call("look", []))

    assert judged(made("look", looks), POWERS).passed
    return found[0]


ESCAPES = """
import ctypes, glob, os
def look(unseen):
    libc = ctypes.CDLL(None, use_errno=True)
    own, done = os.readlink("/proc/self/ns/net"), []
    for path in glob.glob("/proc/[0-9]*/ns/net") + glob.glob("/proc/self/fd/*"):
        try:
            file = os.open(path, os.O_RDONLY)
        except OSError:
            continue
        if libc.setns(file, 0x40000000) == 0:
            done.append(path)
        os.close(file)
    moved = os.readlink("/proc/self/ns/net") != own
    return (["ConnectionRefusedError"] * 2, ["lo", "eth0"]) if not (done or moved) else (done, [])
"""


def test_the_code_cannot_go_to_another_host(sandboxed: None) -> None:
    report = practised("tst/look", ESCAPES)
    assert report.passed, report_text(report)
    assert graded(("tst/look", ESCAPES))[0]["kinds"] == ["passed"]


COUNTED = """
import socket, threading
from autograder.sandbox import socket_memory
from autograder.judging import judge
from autograder.network.lan import inside, made

judge._own_namespaces()
found = []
def count():
    found.append(socket_memory._counts()["UDP", "inuse"])
lan, anna = made((), None, "anna")
with anna:
    socks = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(7)]
for sock in socks:
    sock.bind(("", 0))
with inside(anna):
    thread = threading.Thread(target=count)
    thread.start()
thread.join()
count()
lan.close()
print(found)
"""


def test_what_lies_in_sockets_of_the_host_is_counted(sandboxed: None) -> None:
    """The watch over a sandbox starts with it, on the host, and looks there."""
    assert script(COUNTED) == "[7, 0]\n"


def script(text: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{text}"],
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


# -- where it cannot be ------------------------------------------------------------------------


def forbidden(*_: object) -> None:
    raise Unavailable("expected a new user namespace for the LAN; this machine refuses it: ask")


def test_practice_without_namespaces_says_so_in_a_sentence_and_passes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Lan, "start", forbidden)
    report = practised("tst/fetch", WRONG["tst/fetch"])
    assert [outcome.kind for outcome in report.outcomes] == ["not run here"]
    assert report.passed  # so check() does not raise, and Validate passes
    assert report.score == 2.0
    cause = "expected a new user namespace for the LAN; this machine refuses it: ask"
    assert f"not run here, no points lost: {cause}" in " ".join(report_text(report).split())
    assert f"无法在此运行，不扣分：{cause}" in " ".join(report_text(report, "zh").split())


def test_a_machine_that_forbids_namespaces_is_believed() -> None:
    """Docker's default seccomp profile answers EPERM, as this filter does."""
    pytest.importorskip("pyseccomp", reason="there is no pyseccomp here to forbid namespaces with")
    text = f"""
sys.path.insert(0, {str(Path(__file__).parent)!r})
import errno, pyseccomp
from test_lan_of_rules import FETCH, practised
rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
rules.add_rule(pyseccomp.ERRNO(errno.EPERM), "unshare")
rules.load()
report = practised("tst/fetch", FETCH)
print(report.passed, report.outcomes[0].kind, report.outcomes[0].remark.en)
"""
    assert script(text) == (
        "True not run here not run here, no points lost: expected a new user namespace for the "
        "LAN; this machine refuses it (a container's seccomp filter): start the container with  "
        "docker run --security-opt seccomp=unconfined\n"
    )


def test_an_error_of_the_learners_is_not_taken_for_it() -> None:
    """Unavailable is known to both sides; only the rule's own tells of the machine."""
    source = "from netlib.errors import Unavailable\ndef fetch(address): raise Unavailable('no')"
    assert shown(practised("tst/fetch", source))["kinds"] == ["failed"]


# -- through the judge -------------------------------------------------------------------------


@pytest.fixture
def judged_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The judge, in forks of this process, has the exercise of this file alone."""
    chosen, _ = EXERCISES["tst/fetch"]
    monkeypatch.setattr(judging, "exercises", lambda name: (chosen,))
    monkeypatch.setattr(draws, "SECRET", tmp_path / "none")


@pytest.mark.parametrize(("source", "score"), [(FETCH, 2.0), (WRONG["tst/fetch"], 0.0)])
@pytest.mark.parametrize("secret", ["", "5f" * 32])
def test_a_submission_is_judged_on_a_lan(
    sandboxed: None, judged_here: None, english: Any, source: str, score: float, secret: str
) -> None:
    notebook = english.file(send_text=source)
    assert judge(notebook, "ch04_udp", secret, forked).score == score


def test_a_judge_without_lans_gives_no_grade(
    sandboxed: None, judged_here: None, english: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Lan, "start", forbidden)
    notebook = english.file(send_text=FETCH)
    with pytest.raises(Unjudgeable, match="^not run here, no points lost: expected a new user"):
        judge(notebook, "ch04_udp", "", forked)


# -- the end of everything ---------------------------------------------------------------------

HANGS = """
import os
def fetch(address):
    if os.fork() == 0:
        os.setsid()
    while True:
        pass
"""


@pytest.mark.parametrize("where", ["practice", "grading"])
def test_who_runs_the_rule_is_killed_and_everything_ends(where: str, sandboxed: None) -> None:
    """The LAN's helper, the sandbox, the guest, and what that had started."""
    path = json.dumps([str(ROOT), str(Path(__file__).parent)])
    program = GRADING if where == "grading" else PRACTISING
    runner = subprocess.Popen(
        [sys.executable, "-c", program, path], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    assert runner.stdin is not None
    with runner, runner.stdin:
        runner.stdin.write(json.dumps([["tst/fetch", HANGS]]).encode())
        runner.stdin.close()
        pids = hanging(runner.pid)
        watched = [os.pidfd_open(pid) for pid in pids]
        runner.kill()
        try:
            for descriptor in watched:
                assert select.select([descriptor], [], [], DEADLINE_S)[0]
        finally:
            for descriptor in watched:
                os.close(descriptor)


PRACTISING = """
import json, sys
sys.path[:0] = json.loads(sys.argv[1])
from test_lan_of_rules import practised
for id, source in json.load(sys.stdin):
    practised(id, source)
"""


def hanging(root: int) -> list[int]:
    """Wait until the program and its own fork keep the machine busy; return all processes."""
    end = time.monotonic() + DEADLINE_S
    while time.monotonic() < end:
        pids = below(root)
        networks: dict[str, list[int]] = {}
        for pid in pids:
            try:
                networks.setdefault(os.readlink(f"/proc/{pid}/ns/net"), []).append(pid)
            except OSError:  # it has just ended
                continue
        home = os.readlink(f"/proc/{root}/ns/net")
        helper = any("helper.py" in command(pid) for pid in pids)
        guests = [busy for name, busy in networks.items() if name != home and len(busy) > 1]
        if helper and any(sum(map(ticks, busy)) > 10 for busy in guests):
            return pids
        time.sleep(0.01)  # there is no event for another process's being busy
    raise AssertionError("the program never came to hang")


def below(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [each for child in map(int, text.split()) for each in (child, *below(child))]


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def ticks(pid: int) -> int:
    """Return the processor time of a process, in hundredths of a second."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(words[11]) + int(words[12])
