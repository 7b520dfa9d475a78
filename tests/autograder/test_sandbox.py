"""The walls of the sandbox, from inside: what a submission sees, and what it cannot do.

Each probe is a cell whose `f` is called in a guest of its own, in one sandbox after another, as
the judge does it; the sandbox is in namespaces of its own, so a process of its own starts it.
"""

import errno
import json
import os
import platform
import resource
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from netlib.deadlines import stretched

ROOT = Path(__file__).resolve().parents[2]
DEADLINE_S = stretched(60)

# Cells come as JSON lists, one for each sandbox; each is loaded by a guest of its own. The last
# guest of a sandbox, and what it holds, lives on beside the sandboxes behind it.
OUTSIDE = """
import json, resource, sys
from autograder.judging import judge
from autograder.guest.loading import LoadCell
from autograder.text.observed import Gone, Hang, Raised
from autograder.sandbox.bubblewrap import Sandbox

if SOFT is not None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (SOFT, most))
judge._own_namespaces()
said, sandboxes = [], []
for cells in json.load(sys.stdin):
    sandbox = Sandbox()
    sandboxes.append(sandbox)
    for cell in cells:
        process = sandbox.guest() if MANY is None else sandbox.guest(descriptors=MANY)
        process.load((LoadCell("probe", PRELUDE + cell, True),), ("f",))
        try:
            given = (lambda sock: sock is not None,) if "def f(ask)" in cell else ()
            value = repr(process.start("f", *given).result(10))
        except (Gone, Hang, Raised, RuntimeError) as error:
            value = f"{type(error).__name__}: {error}"
        said.append({"value": value, "problems": process.problems})
        if cell is not cells[-1]:
            process.kill()
for sandbox in sandboxes:
    sandbox.close()
json.dump(said, sys.stdout)
"""

PRELUDE = '''
import ctypes, errno, fcntl, mmap, os, resource, signal, socket, struct, time

libc = ctypes.CDLL(None, use_errno=True)


def number(function, *args):
    """Return the name of the error of a call, or "done"."""
    try:
        result = function(*args)
    except OSError as error:
        return errno.errorcode[error.errno]
    if result == -1 and isinstance(function, libc._FuncPtr):
        return errno.errorcode[ctypes.get_errno()]
    return "done"

'''


def probe(
    *cells: str,
    sandboxes: list[list[str]] | None = None,
    soft: int | None = None,
    many: int | None = None,
) -> list[Any]:
    """Return what `f` of each cell returned; texts say how it ended otherwise.

    soft is how many descriptors the judge may open before it asks for more; many how many a
    guest may have.
    """
    run = subprocess.run(
        [sys.executable, "-c", f"PRELUDE, SOFT, MANY = {PRELUDE!r}, {soft}, {many}\n{OUTSIDE}"],
        input=json.dumps(sandboxes or [list(cells)]),
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        cwd=ROOT,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    said = json.loads(run.stdout)
    assert not any(each["problems"] for each in said), said
    return [_value(each["value"]) for each in said]


def _value(text: str) -> Any:
    try:
        return eval(text, {"__builtins__": {}})  # plain values that our own side has written
    except (SyntaxError, NameError):
        return text


pytestmark = pytest.mark.usefixtures("sandboxed")


# -- what there is -------------------------------------------------------------------------------


def test_the_sandbox_holds_what_is_declared_and_nothing_else() -> None:
    (found,) = probe("""
def f():
    places = ("/", "/judge", "/judge/guest", "/judge/course", "/judge/course/netlib", "/etc",
              "/tmp", "/python", "/python/bin")
    cache = "/judge/guest/__pycache__"  # where there is one, it is covered
    assert not (os.path.isdir(cache) and os.listdir(cache))
    return {place: sorted(set(os.listdir(place)) - {"__pycache__"}) for place in places}
""")
    top = {"bin", "dev", "etc", "judge", "proc", "python", "tmp"}
    assert top <= set(found.pop("/")) <= top | {"lib", "lib64", "usr"}
    assert found == {
        "/judge": ["course", "guest"],
        "/judge/guest": [
            "__init__.py",
            "__main__.py",
            "exceptions.py",
            "first_process.py",
            "guest.py",
            "loading.py",
            "objects.py",
            "pipe.py",
            "values.py",
        ],
        "/judge/course": ["netlib"],
        "/judge/course/netlib": ["errors.py"],
        "/etc": ["hosts"],
        "/tmp": [],
        "/python": ["bin", "lib"],
        "/python/bin": ["python3"],
    }


def test_nothing_of_the_course_or_the_environment_can_be_read() -> None:
    found, environment = probe(
        f"""
def f():
    paths = ({str(ROOT)!r}, "/root", "/home", "/var", "/sys", "/run", "/etc/passwd", "/work")
    return [path for path in paths if os.path.exists(path)]
""",
        "def f(): return dict(os.environ)",
    )
    assert found == []
    allowed = {"HOME", "LANG", "LD_LIBRARY_PATH", "MALLOC_ARENA_MAX", "PATH", "PWD", "LC_CTYPE"}
    allowed |= {"LIVE_SOCKETS_PATIENCE"}
    assert set(environment) <= allowed


def test_only_its_own_processes_are_there() -> None:
    (found,) = probe("""
def f():
    pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return len(pids), os.getppid()
""")
    assert found == (2, 1)  # process 1 and itself


def test_no_descriptor_leads_out() -> None:
    first, second = probe(
        *[
            """
def f():
    kinds = {}
    for name in os.listdir("/proc/self/fd"):
        try:
            kinds[int(name)] = os.readlink(f"/proc/self/fd/{name}").partition(":")[0]
        except OSError:
            continue  # the folder itself
    null = os.stat("/dev/null")
    return kinds, [os.path.samestat(os.fstat(stream), null) for stream in range(3)]
"""
        ]
        * 2
    )
    streams = dict.fromkeys(range(3), "/dev/null")
    assert first == second == (streams | {3: "socket"}, [True] * 3)


def test_standard_error_is_no_file_that_guests_share() -> None:
    _, found = probe(
        "def f(): return os.pwrite(2, b'kept', 0)", "def f(): return os.pread(2, 4, 0)"
    )
    assert found == b""


def test_nothing_is_mounted_writable_but_its_folder() -> None:
    (found,) = probe("""
def f():
    rows = [line.split() for line in open("/proc/self/mountinfo")]
    return [row[4] for row in rows if "rw" in row[5].split(",")]
""")
    assert found == ["/tmp"]


def test_the_hosts_devices_stay_as_they_are() -> None:
    """Where root grades they belong to its user. (Nothing is changed if they can be changed.)"""
    (found,) = probe("""
def f():
    paths = [path for name in os.listdir("/dev") if os.path.exists(path := f"/dev/{name}")]
    done = [number(os.chmod, path, os.stat(path).st_mode & 0o777) for path in paths]
    done += [number(os.fchmod, stream, 0o666) for stream in (0, 1, 2)]
    with open("/dev/null", "w") as null, open("/dev/zero", "rb") as zero:
        return set(done), null.write("x"), zero.read(3), len(os.urandom(3))
""")
    assert found[0] <= {"EROFS", "EPERM"}
    assert found[1:] == (1, bytes(3), 3)


# -- what it may do --------------------------------------------------------------------------------


def test_it_has_no_privileges_and_cannot_gain_any() -> None:
    (status,) = probe("""
def f():
    rows = (line.split(":", 1) for line in open("/proc/self/status"))
    return {name: value.strip() for name, value in rows}
""")
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(status[name], 16) == 0
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"
    assert set(status["Uid"].split()) == {"65534"}


DENIED = {
    "ptrace": "libc.ptrace, 0, 0, 0, 0",
    "process_vm_readv": "libc.syscall, 310, 1, 0, 0, 0, 0, 0",
    "memfd_create": 'libc.syscall, 319, b"x", 0',
    "shmget": "libc.shmget, 1, 4096, 0o1600",
    "mount": 'libc.mount, b"none", b"/tmp", b"tmpfs", 0, None',
    "unshare": "libc.unshare, 0x10000000",
    "setns": "libc.setns, 0, 0",
    "clone into a user namespace": "libc.syscall, 56, 0x10000011, 0, 0, 0, 0",
    "chroot": 'libc.chroot, b"/tmp"',
    "io_uring": "libc.syscall, 425, 1, 0",
    "bpf": "libc.syscall, 321, 0, 0, 0",
    "keyctl": "libc.syscall, 250, 0, 0, 0, 0, 0",
    "perf_event_open": "libc.syscall, 298, 0, 0, -1, -1, 0",
    "userfaultfd": "libc.syscall, 323, 0",
    "a device": 'libc.mknod, b"/tmp/disk", 0o60600, 2048',
    "setuid": "libc.setuid, 0",
    "a better priority": "libc.setpriority, 0, 0, -5",
    "memory of process 1": 'open, "/proc/1/mem", "rb"',
    "environment of process 1": 'open, "/proc/1/environ", "rb"',
    "descriptors of process 1": 'os.readlink, "/proc/1/fd/0"',
    "root of process 1": 'os.listdir, "/proc/1/root"',
    "a raw socket": "socket.socket, socket.AF_INET, socket.SOCK_RAW, 1",
    "a packet socket": "socket.socket, 17, socket.SOCK_RAW, 0",
    "vsock": "socket.socket, 40, socket.SOCK_STREAM, 0",
    "a port that is reserved": 'socket.socket().bind, ("127.0.0.1", 80)',
    "another device": "socket.socket().setsockopt, 1, 25, b'eth0'",
    "limits of process 1": "resource.prlimit, 1, resource.RLIMIT_STACK, (9 << 20, 9 << 20)",
    "priority of process 1": "os.setpriority, os.PRIO_PROCESS, 1, 1",
    "priority of all its user's": "os.setpriority, os.PRIO_USER, 0, 1",
    "processors of process 1": "os.sched_setaffinity, 1, {0}",
    "scheduler of process 1": "os.sched_setscheduler, 1, os.SCHED_BATCH, os.sched_param(0)",
    "badness of process 1": 'os.open, "/proc/1/oom_score_adj", os.O_WRONLY',
    "an attribute of its folder": 'os.setxattr, "/tmp", "user.kept", b"x"',
    "a flag of its folder": 'fcntl.ioctl, os.open("/tmp", 0), 0x40086602, struct.pack("i", 64)',
    "queues that outlive a process": "libc.msgget, 7, 0o1600",
    "semaphores that outlive a process": "libc.semget, 7, 1, 0o1600",
    "watches on files": "libc.inotify_init",
    "watches on file systems": "libc.fanotify_init, 0, 0",
    "asynchronous I/O": "libc.syscall, 206, 1, ctypes.byref(ctypes.c_ulong())",
    "the kernel's log": "libc.klogctl, 3, ctypes.create_string_buffer(99), 99",
    "a lease": "fcntl.fcntl, os.open('/bin/sh', 0), fcntl.F_SETLEASE, fcntl.F_RDLCK",
    "a lock on a file that others have": "fcntl.flock, os.open('/bin/sh', 0), fcntl.LOCK_SH",
    "a lock on a part of one": "fcntl.lockf, os.open('/bin/sh', 0), fcntl.LOCK_SH, 1",
    "a question who locks it": "fcntl.fcntl, os.open('/bin/sh', 0), fcntl.F_GETLK, bytes(32)",
    "a larger pipe": "fcntl.fcntl, os.pipe()[0], 1031, 1 << 20",
    "pages in a pipe": "libc.vmsplice, os.pipe()[1], None, 0, 0",
    "huge pages": "mmap.mmap, -1, 2 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40000",
    "everything on every disk": "libc.sync",
    "multipath TCP": "socket.socket, socket.AF_INET, socket.SOCK_STREAM, 262",
    "SCTP": "socket.socket, socket.AF_INET, socket.SOCK_STREAM, 132",
    "RDS": "socket.socket, 21, socket.SOCK_SEQPACKET, 0",
    "TIPC": "socket.socket, 30, socket.SOCK_STREAM, 0",
    "generic netlink": "socket.socket, socket.AF_NETLINK, socket.SOCK_RAW, 16",
}
REFUSALS = {"EPERM", "EACCES", "EROFS", "ENOSYS", "EAFNOSUPPORT", "EINVAL", "ENODEV", "ENOENT"}


def test_what_no_exercise_needs_is_refused() -> None:
    rows = ", ".join(f"{name!r}: number({call})" for name, call in DENIED.items())
    (found,) = probe(f"def f(): return {{{rows}}}")
    assert {name: said for name, said in found.items() if said not in REFUSALS} == {}


@pytest.mark.skipif(platform.machine() != "x86_64", reason="only there are two doors")
def test_there_is_no_second_door_into_the_kernel() -> None:
    """The calls of 32-bit programs have numbers of their own, and so do those of x32."""
    other = """
def f():
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(bytes.fromhex("b814000000cd80c3"))  # getpid(): mov eax, 20; int 0x80; ret
    code = ctypes.addressof(ctypes.c_char.from_buffer(page))
    return ctypes.CFUNCTYPE(ctypes.c_int)(code)()
"""
    x32, found = probe("def f(): return libc.syscall(0x40000000 + 39)", other)
    assert x32 == -1
    assert found == -errno.ENOSYS or "Gone" in str(found)  # the latter where there is no such door


def test_what_a_program_of_the_course_needs_is_there() -> None:
    (found,) = probe("""
import asyncio, multiprocessing, selectors, shutil, ssl, subprocess, tempfile, threading


async def both_ends():
    child = await asyncio.create_subprocess_shell("cat", stdin=-1, stdout=-1)
    said, _ = await child.communicate(b"said")
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    rest = await reader.read()
    writer.close()
    addresses = await asyncio.get_running_loop().getaddrinfo("localhost", 80)
    return said, rest, len(addresses) > 0, await asyncio.to_thread(os.getpid) == os.getpid()


def f():
    shell = subprocess.run("for i in `seq 3`; do printf $i | cat; done", shell=True,
                           capture_output=True, preexec_fn=lambda: os.nice(1))
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("fork").Process(target=theirs.send, args=("child",))
    child.start()
    heard = ours.recv()
    child.join()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree("/judge/course", f"{folder}/copy")
        shutil.copy2("/judge/guest/pipe.py", folder)
        os.chmod(f"{folder}/pipe.py", 0o600)
        unix = socket.create_server(f"{folder}/socket", family=socket.AF_UNIX)
        left, right = socket.socketpair()
        with open(f"{folder}/pipe.py", "rb") as file:
            sent = left.sendfile(file)
        sent -= len(right.recv(1 << 16))
    poll = selectors.DefaultSelector()
    poll.register(unix, selectors.EVENT_READ)
    quiet = poll.select(0)
    ssl.create_default_context()
    signal.setitimer(signal.ITIMER_REAL, 60)
    kept = [os.environ.get("HOME"), signal.getsignal(signal.SIGINT) is signal.default_int_handler]
    return asyncio.run(both_ends()), shell.stdout, heard, sent, quiet, kept
""")
    assert found == ((b"said", b"", True, True), b"123", "child", 0, [], ["/tmp", True])


def test_nothing_but_its_folder_can_be_written() -> None:
    (found,) = probe("""
def attempt(path):
    return number(os.close, os.open(path, os.O_CREAT | os.O_WRONLY)) if path else None


def f():
    places = ("/", "/bin", "/judge", "/judge/guest", "/judge/course", "/python/lib", "/dev",
              "/dev/shm", "/etc", "/proc", "/usr/lib",
              os.path.dirname(os.__file__) + "/site-packages")
    return [place for place in places if number(os.mkdir, f"{place}/x") == "done"] + [
        path for path in ("/judge/guest/guest.py", "/judge/guest/first_process.py",
                          "/judge/guest/__main__.py", "/judge/course/netlib/errors.py",
                          "/etc/hosts", "/bin/sh", "/python/bin/python3")
        if number(os.open, path, os.O_WRONLY) == "done"
    ], number(os.mkdir, "/tmp/x")
""")
    assert found == ([], "done")


def test_the_kernels_settings_cannot_be_opened_for_writing() -> None:
    (found,) = probe("""
def f():
    paths = [f"{place}/{name}" for top in ("/proc/sys", "/proc/irq", "/proc/bus", "/proc/1")
             for place, _, names in os.walk(top) for name in names]
    paths += ["/proc/sysrq-trigger", "/proc/self/oom_score_adj", "/proc/self/uid_map"]
    return [path for path in paths if number(os.open, path, os.O_WRONLY) == "done"]
""")
    assert found == []


# -- how much it may take --------------------------------------------------------------------------


def test_limits_are_in_force() -> None:
    (found,) = probe("""
def f():
    names = ("AS", "CPU", "FSIZE", "NOFILE", "NPROC", "CORE")
    return {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}")) for name in names}
""")
    for name, (soft, hard) in found.items():
        assert soft == hard != resource.RLIM_INFINITY, name
    assert found["CORE"] == (1, 1)  # with 0 a crash would still start the host's collector


def test_a_guest_may_have_more_descriptors_and_the_next_one_has_not() -> None:
    cell = """
def f():
    made = [number(os.dup, 1) for _ in range(600)]
    return resource.getrlimit(resource.RLIMIT_NOFILE), set(made)
"""
    assert probe(cell) == [((512, 512), {"done", "EMFILE"})]
    assert probe(cell, many=1024) == [((1024, 1024), {"done"})]


def test_its_folder_has_a_size() -> None:
    (size,) = probe("""
def f():
    status = os.statvfs("/tmp")
    return status.f_blocks * status.f_bsize
""")
    assert size <= 64 << 20


TOO_MUCH = {
    "processes": """
def f():
    for _ in range(150):
        if os.fork() == 0:
            signal.pause()
    signal.pause()
""",
    "threads": """
import threading

def f():
    for _ in range(150):
        threading.Thread(target=signal.pause, daemon=True).start()
    signal.pause()
""",
    "files": """
def f():
    for number in range(1 << 18):
        os.close(os.open(f"/tmp/{number}", os.O_CREAT))
    signal.pause()
""",
    "memory in sockets": """
kept = []

def f():
    for _ in range(250):
        ours, theirs = socket.socketpair()
        fill(ours, 1 << 18, 4)
        kept.extend((ours, theirs))
    signal.pause()
""",
    "memory from sockets that are closed": """
kept = []

def f():
    for _ in range(400):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        fill(ours, 1, 1)
        fill(ours, 1 << 17, 9)
        kept.append(theirs)
    signal.pause()
""",
}
FILL = """
def fill(sock, size, times):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
    sock.setblocking(False)
    try:
        for _ in range(times):
            sock.send(bytes(size))
    except BlockingIOError:
        pass
"""


def _socket_buffers() -> int:
    with socket.socket(socket.AF_UNIX) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
        return sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)


@pytest.mark.parametrize("what", TOO_MUCH)
def test_who_takes_too_much_is_ended_and_the_next_exercise_is_not(what: str) -> None:
    if "sockets" in what and _socket_buffers() < 4 << 20:
        pytest.skip("so many descriptors as one process may have cannot hold that much here")
    ended, found = probe(FILL + TOO_MUCH[what], "def f(): return os.listdir('/tmp')")
    assert "Gone" in str(ended) or "Raised" in str(ended)  # RLIMIT_NPROC holds who is not root
    assert found == []


def test_orphans_that_end_are_no_processes_any_more() -> None:
    (found,) = probe("""
def f():
    for _ in range(50):
        if os.fork() == 0:
            if os.fork() == 0:
                os.kill(os.getppid(), 9)
                while os.getppid() != 1:
                    pass
            os._exit(0) if os.getppid() == 1 else time.sleep(60)
        os.wait()
    while True:
        left = [name for name in os.listdir("/proc") if name.isdigit()]
        if len(left) == 2:
            return len(left)
""")
    assert found == 2


# -- one exercise after another ---------------------------------------------------------


def test_a_daemon_its_port_and_its_name_are_gone_before_the_next_exercise() -> None:
    started, found = probe(
        """
def f():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            sock = socket.socket()
            sock.bind(("127.0.0.1", 15151))
            sock.listen()
            name = socket.socket(socket.AF_UNIX)
            name.bind("\\0daemon")
            open("/tmp/daemon", "w").close()
            time.sleep(600)
        os._exit(0)
    while not os.path.exists("/tmp/daemon"):
        time.sleep(0.01)
    return number(socket.create_connection, ("127.0.0.1", 15151))
""",
        """
def f():
    pids = [name for name in os.listdir("/proc") if name.isdigit()]
    unix = socket.socket(socket.AF_UNIX)
    return (
        len(pids),
        number(socket.create_connection, ("127.0.0.1", 15151)),
        number(unix.connect, "\\0daemon"),
        os.listdir("/tmp"),
    )
""",
    )
    assert started == "done"
    assert found == (2, "ECONNREFUSED", "ECONNREFUSED", [])


def test_a_folder_that_nobody_may_enter_is_gone_before_the_next_exercise() -> None:
    _, found = probe(
        "def f():\n    os.makedirs('/tmp/a/b')\n    os.chmod('/tmp/a', 0)",
        "def f(): return os.listdir('/tmp')",
    )
    assert found == []


@pytest.mark.parametrize(
    "harm",
    [
        "os.kill(1, 2)",
        "os.kill(-1, 9)",
        "os.chmod('/tmp', 0)",
        "[os.mkdir('x') or os.chdir('x') for _ in range(3000)]",
        "os.close(2)",
        "os.makedirs('/tmp/a/b') or os.chmod('/tmp/a', 0)",
        "[open(f'/tmp/{number}', 'w').close() for number in range(5000)]",
        "os.utime('/tmp', (7, 7))",
    ],
)
def test_a_sandbox_that_was_broken_is_as_good_as_new_for_the_next_exercise(harm: str) -> None:
    look = "def f(): return os.listdir('/tmp'), oct(os.stat('/tmp').st_mode), os.getpriority(0, 1)"
    new, _, found = probe(look, f"def f(): {harm}", look)
    assert found == new == ([], "0o40755", 0)


def test_its_folder_does_not_remember_when_it_was_used() -> None:
    look = "def f(): return os.stat('/tmp').st_mtime, os.stat('/tmp').st_atime"
    _, found = probe("def f(): os.utime('/tmp', (7, 7))", look)
    assert found == (0, 0)


# -- the host and the neighbours -------------------------------------------------------------------


SETS = """
def f():
    for stream in (0, 1, 2):
        fcntl.fcntl(stream, fcntl.F_SETSIG, 40 + stream)
        fcntl.fcntl(stream, fcntl.F_SETFL, os.O_NONBLOCK | os.O_APPEND)
    return f_()
def f_(): return [(fcntl.fcntl(s, 11), fcntl.fcntl(s, fcntl.F_GETFL) & 0o6000) for s in (0, 1, 2)]
"""
READS = SETS.replace("def f():", "def g():").replace("def f_()", "def f()")


def test_streams_do_not_remember_what_was_set_on_them() -> None:
    """Neither in the next exercise nor in the next sandbox, where the public run would be."""
    set_there, next_one, other = probe(sandboxes=[[SETS, READS], [READS]])
    assert set_there == [(40, 0o6000), (41, 0o6000), (42, 0o6000)] or set_there[2][0] == 42
    assert next_one == other == [(0, 0)] * 3


def test_the_hosts_services_are_not_there() -> None:
    name = f"live-sockets-{os.getpid()}"
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
        unix.bind(f"\0{name}")
        unix.listen()
        (found,) = probe(f"""
def f():
    unix = socket.socket(socket.AF_UNIX)
    return (
        number(socket.create_connection, ("127.0.0.1", {tcp.getsockname()[1]})),
        number(unix.connect, "\\0{name}"),
        number(socket.create_connection, ("192.0.2.1", 80)),
        [name for _, name in socket.if_nameindex()],
    )
""")
        assert found == ("ECONNREFUSED", "ECONNREFUSED", "ENETUNREACH", ["lo"])
        for sock in (tcp, unix):
            sock.setblocking(False)
            with pytest.raises(BlockingIOError):
                sock.accept()


def test_the_network_cannot_be_changed() -> None:
    (found,) = probe("""
import struct


def f():
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    # RTM_NEWLINK: take loopback down (rtnetlink(7))
    body = struct.pack("=BBHiII", 0, 0, 0, 1, 0, 1)
    sock.send(struct.pack("=IHHII", 16 + len(body), 16, 5, 1, 0) + body)
    return -struct.unpack_from("=i", sock.recv(999), 16)[0]
""")
    assert found == errno.EPERM


def test_two_sandboxes_share_nothing() -> None:
    _, found = probe(
        sandboxes=[
            ["def f(): return open('/tmp/kept', 'w').close()"],
            ["def f(): return os.listdir('/tmp'), len(os.listdir('/proc/self/task'))"],
        ]
    )
    assert found[0] == []


HOLDS_DESCRIPTORS = """
kept = []


def f():
    held = 0
    try:
        for _ in range(30):
            kept.append(socket.socketpair())
            for _ in range(8):
                socket.send_fds(kept[-1][0], [b"x"], [0, 1] * 12)
                held += 24
    except OSError:
        pass
    return held
"""


def test_a_neighbour_that_keeps_descriptors_in_flight_costs_nobody_points() -> None:
    """A socket may not cross meanwhile; that is told as our fault, which withholds the grade."""
    held, *found = probe(
        sandboxes=[
            [HOLDS_DESCRIPTORS],
            ["def f(): return socket.socket(socket.AF_INET)"],
            ["def f(ask): return ask(socket.socket(socket.AF_INET))"],
        ]
    )
    assert held > 500  # as many as a guest may
    for said in map(str, found):
        assert said == "True" or "socket" in said
        assert not said.startswith(("Gone", "Raised", "Hang"))


def test_a_neighbour_that_keeps_descriptors_in_flight_does_not_stop_the_judge() -> None:
    """Every guest behind it begins with descriptors that the judge sends."""
    held, *found = probe(
        sandboxes=[[HOLDS_DESCRIPTORS]] + [["def f(): return 5"] * 3] * 2, soft=256
    )
    assert held > 256
    assert found == [5] * 6


def test_a_socket_that_finds_no_room_among_the_descriptors_in_flight_waits_for_it() -> None:
    release = "threading.Timer(0.1, kept.clear).start()"
    cell = HOLDS_DESCRIPTORS.replace("return held", f"{release}\n    return socket.socket(), held")
    (returned,) = probe(f"import threading\n{cell}")
    assert "socket" in str(returned)


def test_who_may_have_many_descriptors_cannot_hoard_the_memory_behind_them() -> None:
    cell = """
def f():
    kept = []
    while True:
        try:
            kept.append(socket.socketpair())
        except OSError:
            return len(kept)  # all that it may have, and it is still there
        for sock in kept[-1]:
            sock.setblocking(False)
            try:
                while True:
                    sock.send(bytes(65536))
            except BlockingIOError:
                pass
"""
    (ended,) = probe(cell, many=4_096)
    assert str(ended).startswith("Gone")


@pytest.mark.skipif(find_spec("gevent") is None, reason="gevent is not installed here")
def test_an_answer_may_use_gevent_and_cannot_change_it() -> None:
    cell = """
import gevent
def f():
    said = []
    tasks = [gevent.spawn(said.append, name) for name in "ab"]
    gevent.joinall(tasks)
    return said, number(open, gevent.__file__, "a"), number(open, gevent.__file__ + "x", "w")
"""
    assert probe(cell) == [(["a", "b"], "EROFS", "EROFS")]
