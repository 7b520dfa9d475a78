"""`check()` in a real ipykernel: it answers, says what is wrong, and nothing harms the notebook.

Cells are sent as JupyterLab sends them, with their ids.
"""

import contextlib
import json
import os
import re
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jupyter_client import BlockingKernelClient, KernelManager

from autograder.judging import draws
from autograder.judging.judge import judge

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = "ch04_udp"

Release = Any  # see conftest.py
Notebook = dict[str, Any]


@dataclass(frozen=True)
class Ran:
    """What a cell showed, and the number beside it."""

    number: int
    stdout: str
    stderr: str
    result: str | None
    error: str | None
    traceback: tuple[str, ...]
    stages: list[str]  # what was shown in one place, one after the other


class Kernel:
    """A running kernel that a test sends cells to.

    watched is whether it asks for them as JupyterLab does, with a learner in front of it, or as
    a program that executes notebooks and has nobody to answer questions.
    """

    def __init__(self, home: Path, deadline_s: float, watched: bool) -> None:
        self._deadline_s, self._watched = deadline_s, watched
        self.record = home / "progress.json"
        (home / f"{CHAPTER}.ipynb").write_text("{}")
        environment = {"HOME": str(home), "IPYTHONDIR": str(home), "PYTHONPATH": str(ROOT)}
        environment["JPY_SESSION_NAME"] = f"some/where/{CHAPTER}.ipynb"
        environment["LIVE_SOCKETS_PROGRESS"] = str(self.record)
        self._manager = KernelManager(kernel_name="python3")
        self._manager.start_kernel(
            env=os.environ | environment, cwd=str(home), stdin=-3, stdout=-3, stderr=-3
        )
        self._client: BlockingKernelClient = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=deadline_s)
        self.pid: int = self._manager.provisioner.pid

    def close(self) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)
        self._manager.context.term()

    def send(self, source: str, id: str | None) -> str:
        """Send a cell and return the id of the message."""
        content = {
            "code": source,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": self._watched,
            "stop_on_error": True,
        }
        session = self._client.session
        metadata = {} if id is None else {"cellId": id}
        message = session.msg("execute_request", content, metadata=metadata)
        self._client.shell_channel.send(message)
        return str(message["header"]["msg_id"])

    def answer(self, sent: str) -> Ran:
        """Return what a sent cell showed. Fails unless that is within the deadline."""
        deadline = time.monotonic() + self._deadline_s
        shown, stages = {"stdout": "", "stderr": ""}, list[str]()
        number, result, error, traceback = 0, None, None, ()
        while True:
            message = self._client.get_iopub_msg(timeout=deadline - time.monotonic())
            if message["parent_header"].get("msg_id") != sent:
                continue
            content = message["content"]
            match message["msg_type"]:
                case "stream":
                    shown[content["name"]] += content["text"]
                case "display_data" | "update_display_data":  # a terminal shows it so
                    stages.append(content["data"]["text/plain"] + "\n")
                case "execute_input":
                    number = content["execution_count"]
                case "clear_output":
                    stages.append("")
                case "execute_result":
                    result = content["data"]["text/plain"]
                case "error":
                    error = f"{content['ename']}: {content['evalue']}"
                    traceback = tuple(content["traceback"])
                case "status" if content["execution_state"] == "idle":
                    shown["stdout"] += "".join(stages[-1:])
                    return Ran(
                        number,
                        **shown,
                        result=result,
                        error=error,
                        traceback=traceback,
                        stages=stages,
                    )

    def run(self, source: str, id: str | None = "scratch") -> Ran:
        """Run a cell and return what it showed."""
        return self.answer(self.send(source, id))

    def interrupt(self) -> None:
        """Do what the stop button does."""
        self._manager.interrupt_kernel()

    def holds(self) -> dict[str, int]:
        """Return how many processes, threads and descriptors belong to the kernel."""
        process = Path(f"/proc/{self.pid}")
        tasks = list(process.glob("task/*"))
        return {
            "children": sum(len((task / "children").read_text().split()) for task in tasks),
            "threads": len(tasks),
            "descriptors": len(list(process.glob("fd/*"))),
        }

    def holds_no_more_than(self, before: dict[str, int]) -> None:
        """Fail if the kernel goes on holding more; threads take a moment to end."""
        deadline = time.monotonic() + self._deadline_s
        while any(self.holds()[kind] > count for kind, count in before.items()):
            assert time.monotonic() < deadline, f"{self.holds()} instead of {before}"
            self.run("pass", "tick")


@pytest.fixture(scope="module")
def kernels(tmp_path_factory: pytest.TempPathFactory, deadline_s: float) -> Iterator[Any]:
    """Return the maker of kernels; all end with the module."""
    with contextlib.ExitStack() as stack:

        def make(watched: bool = False) -> Kernel:
            kernel = Kernel(tmp_path_factory.mktemp("kernel"), deadline_s, watched)
            stack.callback(kernel.close)
            return kernel

        yield make


def sources(notebook: Notebook) -> dict[str, str]:
    """Return the text of a notebook's code cells by their ids, in order."""
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return {cell["id"]: "".join(cell["source"]) for cell in code}


@pytest.fixture(scope="module")
def chapter(kernels: Callable[[], Kernel], english: Release, reference: dict[str, str]) -> Kernel:
    """A kernel in which the given cells of the chapter have run, and a right solution."""
    kernel, cells = kernels(), sources(english.notebook())
    for id in ("setup", "bound", "import-check"):
        assert kernel.run(cells[id], id).error is None
    assert solved(kernel, reference).error is None
    return kernel


CHECK = 'check("ch04/recv_one")'


def solved(kernel: Kernel, reference: dict[str, str]) -> Ran:
    """Run the right solution and its check."""
    assert kernel.run(reference["recv-one"], "recv-one").error is None
    return kernel.run(CHECK, "check-recv-one")


# -- what a learner sees -----------------------------------------------------------------------


def test_a_stub_is_told_in_a_sentence_and_one_line_of_traceback(
    chapter: Kernel, english: Release
) -> None:
    chapter.run(sources(english.notebook())["recv-one"], "recv-one")
    ran = chapter.run(CHECK, "check-recv-one")
    sentence = "recv_one is not written yet: its cell still raises NotImplementedError."
    assert ran.stdout.splitlines()[1:] == [f"  {sentence}"]
    assert ran.error == f"CheckFailed: ch04/recv_one: {sentence}"
    assert ran.traceback == (ran.error,)
    assert ran.stderr == ""


def test_a_right_solution_passes_and_returns_nothing(
    chapter: Kernel, reference: dict[str, str]
) -> None:
    ran = solved(chapter, reference)
    assert ran.error is None
    assert ran.result is None
    assert ran.stderr == ""
    assert re.match(r"✓ ch04/recv_one +3 of 3 points\n", ran.stdout)
    assert ran.stdout.count("✓") == 6


def test_a_wrong_solution_is_told_its_rule_its_difference_and_a_question(chapter: Kernel) -> None:
    chapter.run(
        "def recv_one(sock, timeout, limit=65507):\n"
        "    sock.settimeout(timeout)\n    return sock.recvfrom(1024)",
        "recv-one",
    )
    ran = chapter.run(CHECK, "check-recv-one")
    assert ran.error is not None
    assert re.fullmatch(r"CheckFailed: ch04/recv_one: \d of 5 rules failed\.", ran.error)
    assert ran.stdout.startswith("✗ ")
    assert "UDP-06" in ran.stdout
    assert len(ran.traceback) == 1


def test_checks_in_chinese_are_answered_in_chinese(
    kernels: Callable[[], Kernel], chinese: Release
) -> None:
    kernel, cells = kernels(), sources(chinese.notebook())
    for id in ("setup", "import-check", "recv-one"):
        assert kernel.run(cells[id], id).error is None
    ran = kernel.run(CHECK, "check-recv-one")
    sentence = "recv_one 还没有写：单元格仍在抛出 NotImplementedError。"
    assert sentence in ran.stdout
    assert ran.error == f"CheckFailed: ch04/recv_one：{sentence}"


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ("check('ch04/recv_two')", "did you mean 'ch04/recv_one'"),
        ("check('ch44/recv_one')", "There is no exercise 'ch44/recv_one'"),
        ("check(recv_one)", "There is no exercise"),
        ("check(None)", "There is no exercise None"),
    ],
)
def test_an_unknown_exercise_is_one_sentence(chapter: Kernel, call: str, sentence: str) -> None:
    ran = chapter.run(call)
    assert ran.error is not None
    assert ran.error.startswith("CheckFailed: ")
    assert sentence in ran.error
    assert len(ran.traceback) == 1


def test_a_name_that_is_not_defined_is_named(kernels: Callable[[], Kernel]) -> None:
    kernel = kernels()
    kernel.run("from autograder import check", "import-check")
    ran = kernel.run(CHECK, "check-recv-one")
    assert "recv_one is not defined: run the cell that defines it, then check." in ran.stdout
    assert ran.error is not None


# -- what a learner may do to it ---------------------------------------------------------------

HARM = {
    "loops for ever": "while True: pass",
    "ends the process": "import os; os._exit(0)",
    "kills its group": "import os; os.killpg(0, 9)",
    "blocks in recv": "sock.settimeout(None); return sock.recvfrom(limit)",
    "binds a port and keeps it": (
        "kept.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))\n"
        "    kept[-1].bind(('127.0.0.1', 40404))\n    return kept[-1]"
    ),
    "leaks a thread": "threading.Thread(target=threading.Event().wait).start()",
    "leaks a process": "import subprocess; subprocess.Popen(['sleep', '1000'])",
    "forks": "import os\n    if os.fork() == 0:\n        while True: pass",
    "raises SystemExit": "raise SystemExit",
    "raises KeyboardInterrupt": "raise KeyboardInterrupt",
    "prints a lot": "print('x' * 5_000_000)",
    "asks for input": "input('your name? ')",
    "takes the signals": "import signal; signal.signal(signal.SIGCHLD, signal.SIG_IGN)",
    "forgets modules": "import sys; sys.modules.clear()",
    "leaves the folder": "import os; os.chdir('/'); os.environ.clear()",
}


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM.keys())
def test_no_solution_harms_the_notebook_or_the_next_check(
    chapter: Kernel, reference: dict[str, str], harm: str
) -> None:
    before = chapter.holds()
    source = f"kept = []\ndef recv_one(sock, timeout, limit=65507):\n    {harm}"
    assert chapter.run(source, "recv-one").error is None
    ran = chapter.run(CHECK, "check-recv-one")
    assert ran.error is not None
    assert ran.error.startswith("CheckFailed: ch04/recv_one: ")
    assert len(ran.stdout) < 5_000
    assert ran.stderr == ""
    assert chapter.run("6 * 7").result == "42"
    assert solved(chapter, reference).error is None
    chapter.holds_no_more_than(before)


def test_a_cell_that_hangs_where_it_is_judged_is_named_and_its_definitions_count(
    chapter: Kernel, reference: dict[str, str]
) -> None:
    before = chapter.holds()
    hangs = "import sys\nwhile 'autograder.judging.practice' not in sys.modules: pass\n"
    chapter.run(hangs + reference["recv-one"], "recv-one")
    ran = chapter.run(CHECK, "check-recv-one")
    assert ran.error is None
    note = r"^Cell recv-one was still running after \d+ s: only its definitions are used\.$"
    assert re.search(note, ran.stdout, re.MULTILINE)
    chapter.holds_no_more_than(before)


@pytest.mark.parametrize(
    "source",
    [
        "def recv_one(sock, timeout, limit=65507):\n    wait()",
        "import sys\nif 'autograder.judging.practice' not in sys.modules: wait()\n"
        "def recv_one(): pass",
    ],
    ids=["in a rule", "while loading"],
)
def test_an_interrupt_of_a_check_leaves_nothing_behind(
    chapter: Kernel, reference: dict[str, str], deadline_s: float, source: str
) -> None:
    before = chapter.holds()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(deadline_s)
        port = listener.getsockname()[1]
        wait = (
            "def wait():\n"
            f"    with socket.create_connection(('127.0.0.1', {port})) as sock:\n"
            "        sock.recv(1)\n"
        )
        chapter.run(wait + source, "recv-one")
        sent = chapter.send(CHECK, "check-recv-one")
        inside, _ = listener.accept()
        with inside:
            chapter.interrupt()
            ran = chapter.answer(sent)
            inside.settimeout(deadline_s)
            with contextlib.suppress(ConnectionResetError):
                assert inside.recv(1) == b""  # the guest has ended
    assert ran.error == "Stopped: Stopped."
    assert ran.traceback == ("Stopped.",)
    assert ran.stdout == ""
    chapter.holds_no_more_than(before)
    assert solved(chapter, reference).error is None


# -- practice and grading build the same namespace ---------------------------------------------

NEEDS = """
def recv_one(sock, timeout, limit=65507):
    sock.settimeout(timeout)
    data, _, flags, source = sock.recvmsg(NEEDED)
    if flags & socket.MSG_TRUNC or len(data) > limit:
        raise Truncated
    return data, source
"""


def added(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "id": "mine", "metadata": {}, "outputs": [], "source": source}


def with_a_helper(notebook: Notebook, helper: str) -> Notebook:
    """Return the notebook with a cell added in front of the solution."""
    place = [cell["id"] for cell in notebook["cells"]].index("recv-one")
    notebook["cells"].insert(place, added(helper))
    return notebook


def edited(notebook: Notebook, id: str, more: str) -> Notebook:
    """Return the notebook with more text at the end of a cell."""
    for cell in notebook["cells"]:
        if cell["id"] == id:
            cell["source"] = f"{''.join(cell['source'])}\n{more}"
    return notebook


SIZE = "NEEDED = 65507"
NOT_RUN, GIVEN = "does not run there", "is given, and what you add to it does not count there"
VARIANTS: dict[str, tuple[Callable[[Notebook], Notebook], str]] = {  # the reason; "" if it passes
    "a helper in an added cell": (lambda n: with_a_helper(n, SIZE), ""),
    "an import in a demo cell": (
        lambda n: edited(n, "demo-waiter", "from sys import maxsize as NEEDED"),
        NOT_RUN,
    ),
    "an import beside the import of check": (
        lambda n: edited(n, "import-check", "from sys import maxsize as NEEDED"),
        NOT_RUN,
    ),
    "a name in an edited setup cell": (lambda n: edited(n, "setup", SIZE), GIVEN),
    "a name that a loop makes": (
        lambda n: with_a_helper(n, "for NEEDED in (65507,):\n    print(NEEDED)"),
        "only imports, functions, classes and assignments of your own cells are (cell [",
    ),
}


@pytest.mark.parametrize(
    ("variant", "ids"),
    [
        *((name, True) for name in VARIANTS),
        ("an import in a demo cell", False),
        ("a name in an edited setup cell", False),
    ],
)
def test_practice_and_grading_give_the_same_verdict(
    kernels: Callable[[], Kernel],
    sandboxed: None,
    english: Release,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    variant: str,
    ids: bool,
) -> None:
    """Also where cells come without ids, as from nbgrader's Validate."""
    change, reason = VARIANTS[variant]
    notebook = change(english.notebook(recv_one=NEEDS))
    monkeypatch.setattr(draws, "SECRET", tmp_path / "none")
    with ThreadPoolExecutor(1) as pool:
        grading = pool.submit(judge, json.dumps(notebook).encode(), CHAPTER)
        kernel = kernels()
        for id, source in sources(notebook).items():
            if id in ("setup", "bound", "demo-waiter", "import-check", "mine", "recv-one"):
                kernel.run(source, id if ids else None)
        ran = kernel.run(CHECK, "check-recv-one" if ids else None)
        graded = grading.result()
    (rules,) = [each.rules for each in graded.exercises if each.id == "ch04/recv_one"]
    failed = [rule for rule in rules if not rule.passed]
    assert bool(failed) == bool(reason)
    if failed:
        assert (
            ran.error == f"CheckFailed: ch04/recv_one: {len(failed)} of {len(rules)} rules failed."
        )
        assert ran.stdout.splitlines()[0] == failed[0].message.splitlines()[0]
    else:
        assert ran.error is None
    sentence, said = "exists in this notebook, but not where you are graded", flat(ran.stdout)
    assert said.count(f"NEEDED {sentence}: ") == said.count(sentence) == bool(reason)
    assert reason in said
    assert ("Move NEEDED into your answer cell." in said) == bool(reason)


def flat(text: str) -> str:
    """Return a text without its line breaks."""
    return " ".join(text.split())


def test_what_a_cell_held_before_it_was_edited_does_not_count(
    kernels: Callable[[], Kernel], english: Release
) -> None:
    kernel, cells = kernels(), sources(english.notebook(recv_one=NEEDS))
    helper = "# what my solution needs\nother = 1\n"
    kernel.run(cells["setup"], "setup")
    kernel.run(f"{helper}{SIZE}", "mine")  # before check is imported: its id is not known
    kernel.run(cells["import-check"], "import-check")
    kernel.run(f"{helper}RENAMED = 65507", "mine")
    kernel.run(cells["recv-one"], "recv-one")
    ran = kernel.run(CHECK, "check-recv-one")
    assert ran.error is not None
    assert "NEEDED exists in this notebook, but not where you are graded" in flat(ran.stdout)


# -- what a learner sees who sits in front of it -------------------------------------------------


@pytest.fixture(scope="module")
def watched(kernels: Callable[..., Kernel], english: Release, reference: dict[str, str]) -> Kernel:
    """The same kernel, with somebody in front of it."""
    kernel, cells = kernels(watched=True), sources(english.notebook())
    for id in ("setup", "bound", "import-check"):
        assert kernel.run(cells[id], id).error is None
    return kernel


TOO_SMALL = """
def recv_one(sock, timeout, limit=65507):
    sock.settimeout(timeout)
    return sock.recvfrom(1024)
"""


def test_a_check_that_fails_ends_its_cell_without_an_error(
    watched: Kernel, english: Release, reference: dict[str, str]
) -> None:
    """So that Run All goes on."""
    for text in (sources(english.notebook())["recv-one"], TOO_SMALL):
        watched.run(text, "recv-one")
        ran = watched.run(CHECK, "check-recv-one")
        assert ran.stdout.startswith("✗ ")
        assert ran.error is None
        assert ran.stderr == ""


def test_a_check_answers_at_once_and_then_in_place(watched: Kernel) -> None:
    watched.run(TOO_SMALL, "recv-one")
    first, early, *_, last = watched.run(CHECK, "check-recv-one").stages
    assert first == "Checking ch04/recv_one …\n"
    assert early.splitlines()[0] == last.splitlines()[0]  # the rule that failed first
    assert early.endswith("\n\n  The other rules are still being run …\n")
    assert "still being run" not in last


def test_what_is_shrunk_is_told_before(watched: Kernel, reference: dict[str, str]) -> None:
    hasty = "import socket\ndef request(address, payload, timeout=0.2, tries=4):\n"
    hasty += "    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:\n"
    hasty += "        sock.settimeout(timeout)\n        sock.sendto(payload, address)\n"
    hasty += "        return sock.recv(65507)\n"
    watched.run(hasty, "request")
    *_, before, last = watched.run('check("ch04/request")', "check-request").stages
    assert "Looking for a smaller network that shows it …" in before
    assert "Looking for" not in last
    assert "Smallest network that shows it: " in last


def test_success_has_its_points_those_of_the_chapter_and_what_is_next(
    kernels: Callable[..., Kernel], english: Release, reference: dict[str, str]
) -> None:
    kernel, cells = kernels(watched=True), sources(english.notebook())
    kernel.run(cells["setup"], "setup")
    kernel.run(cells["import-check"], "import-check")
    ran = solved(kernel, reference)
    assert ran.error is None
    assert re.match(r"✓ ch04/recv_one +3 of 3 points\n", ran.stdout)
    assert ran.stdout.splitlines()[-3:] == [
        f"  Judged: In [{ran.number - 1}].",
        "  Chapter 04: 3 of 20 points.",
        "  Next: ch04/echo_server",
    ]
    (found,) = json.loads(kernel.record.read_text())["exercises"].items()
    id, reached = found
    assert (id, reached["best"], reached["of"], reached["last"]) == ("ch04/recv_one", 3, 3, 3)
    number = kernel.run(TOO_SMALL, "recv-one").number
    assert f"Judged: In [{number}]." in kernel.run(CHECK, "check-recv-one").stdout
    worse = json.loads(kernel.record.read_text())["exercises"]["ch04/recv_one"]
    assert worse["best"] == 3 > worse["last"]
    assert worse["text"] != reached["text"]


def test_what_executes_notebooks_sees_one_output_and_writes_nothing_down(
    chapter: Kernel, reference: dict[str, str]
) -> None:
    ran = solved(chapter, reference)
    assert ran.stages == []
    assert "Judged" not in ran.stdout
    assert not chapter.record.exists()


def test_a_cell_that_was_edited_saved_and_not_run_is_told(
    kernels: Callable[..., Kernel], english: Release, reference: dict[str, str]
) -> None:
    kernel, cells = kernels(watched=True), sources(english.notebook())
    kernel.run(cells["setup"], "setup")
    kernel.run(cells["import-check"], "import-check")
    file, told = kernel.record.with_name(f"{CHAPTER}.ipynb"), "has been edited since, and not run"
    for text, edited in ((reference["recv-one"], False), (TOO_SMALL, True)):
        kernel.run(reference["recv-one"], "recv-one")
        file.write_text(json.dumps(english.notebook(recv_one=text)))
        assert (told in kernel.run(CHECK, "check-recv-one").stdout) == edited
    os.utime(file, (0, 0))  # it was saved before the cell ran: the text in it is older
    assert told not in kernel.run(CHECK, "check-recv-one").stdout


def test_without_ids_what_was_run_last_is_judged(
    kernels: Callable[..., Kernel], english: Release, reference: dict[str, str]
) -> None:
    kernel, cells = kernels(), sources(english.notebook())
    for id in ("setup", "import-check"):
        kernel.run(cells[id], None)
    for text, passes in (
        (reference["recv-one"], True),
        (TOO_SMALL, False),
        (reference["recv-one"], True),
        (cells["recv-one"], False),  # as it was released
    ):
        kernel.run(text, None)
        assert (kernel.run(CHECK, None).error is None) == passes
        kernel.run(reference["echo-server"], None)  # another answer, which may be run in between


# -- again, on a network of one's own --------------------------------------------------------


def test_what_a_report_shows_can_be_seen_again(chapter: Kernel, reference: dict[str, str]) -> None:
    trusting = "def request(address, payload, timeout=0.2, tries=4):\n"
    trusting += "    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:\n"
    trusting += "        sock.settimeout(timeout)\n"
    trusting += "        sock.sendto(payload, address)\n"
    trusting += "        return sock.recv(65507)\n"
    chapter.run(trusting, "request")
    checked = chapter.run(CHECK.replace("recv_one", "request"), "check-request")
    assert "Smallest network that shows it: " in checked.stdout
    (call,) = re.findall(r'replay\("ch04/request/\w+", "[^"]*"\)', checked.stdout)
    again = chapter.run(call)
    assert again.error is None
    network, failed = again.stdout.splitlines()[:2]
    assert f'"{network.removeprefix("Network: ")}"' in call
    assert checked.stdout.splitlines()[0] == failed
    assert again.result is not None
    assert "you" in again.result  # the picture, in words
    other = chapter.run(call.replace('")', '", seed=7)'))
    assert other.stdout.splitlines()[:2] == [network, failed]
    chapter.run(reference["request"], "request")
    assert chapter.run(call).stdout.startswith(f"{network}\n✓ ")


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ('replay("ch04/request/nothing", "")', "There is no rule 'ch04/request/nothing'"),
        ('replay("ch04/request", "")', "There is no rule 'ch04/request': did you mean 'ch04/"),
        ('replay("request", "")', "There is no exercise 'request/'"),
        ('replay("ch04/request/asks_until_answered", "looze 1")', "lose"),
    ],
)
def test_what_cannot_be_replayed_is_said_in_a_sentence(
    chapter: Kernel, call: str, sentence: str
) -> None:
    ran = chapter.run(call)
    assert ran.error is not None
    assert ran.error.startswith("CheckFailed: ")
    assert sentence in ran.error
    assert len(ran.traceback) == 1
