# The source of docs/toolbox.ipynb. After a change: python tests/course/test_toolbox.py
# ruff: noqa: B018, E402
# A cell ends in a value to look at, imports what it shows, and may use `display`.

# %% [markdown] id="title" lang="en"
# # The toolbox in ten cells
#
# For those who write chapters or teach with them: what a lesson can do to a network, and what it
# can show of one. Everything is imported from `netlib`, but in the last cell, which is the
# learner's `check`; everything happens on this machine. Run the cells in order, change a number,
# run them again.
#
# Every value here has a text form that is complete on its own: `print(value)` shows it, and what
# a picture says is also its alternative text.

# %% [markdown] id="schedule" lang="en"
# ## 1. A bad network is a value
#
# A schedule says what happens to which datagram. It reads back equal from its own text; a seed
# draws one; `smaller()` yields the simpler ones, which is how a failing check finds the smallest
# network that still breaks a program. All words: `help("netlib.schedule")`.

# %% id="demo-schedule" demo=true
from autograder import CheckFailed, check, replay  # for the last cell
from netlib.schedule import Schedule

bad = Schedule.parse("lose 1; delay reply 2 50ms")
print(bad, "| equal when read again:", bad == Schedule.parse(str(bad)))
print("drawn by seed 5:", Schedule.random(5))
for simpler in bad.smaller():
    print("simpler:", simpler)
try:
    Schedule.parse("lose 1; loose 2")
except ValueError as error:
    print(error)

# %% [markdown] id="udp" lang="en"
# ## 2. A UDP relay plays it between two real sockets
#
# `serving` runs a server function on a free port, in the background. The relay stands between it
# and the client, which knows only the relay's address. The first datagram is lost and sent again;
# the first reply comes twice. What is the answer to `two`?

# %% id="demo-udp" demo=true
import socket

from netlib.faults import UDPRelay
from netlib.ladder import Ladder
from netlib.serving import serving


def shout(sock, stop):
    for _ in range(2):
        data, client_address = sock.recvfrom(100)
        sock.sendto(data.upper(), client_address)


with serving(shout) as server, socket.socket(type=socket.SOCK_DGRAM) as client:
    bad_udp = UDPRelay(server, "lose 1; duplicate reply 1")
    with bad_udp as address:
        for question in (b"one", b"one again", b"two"):
            client.sendto(question, address)
            print(question, "->", "lost" if question == b"one" else client.recv(100))
        print("left over:", client.recv(100))
Ladder(bad_udp.trace, bad_udp.endpoints)

# %% [markdown] id="tcp" lang="en"
# The doubled answer was taken for the answer to `two`. The relay recorded a **trace**, a list of
# what crossed; the ladder draws it: a lost message ends in a cross, a copy is dashed.
#
# ## 3. A TCP relay cuts the stream, or resets it
#
# Streams have no datagrams to lose. What reaches a program is how the bytes are cut and when they
# come, or that they end. Each connection meets the whole schedule from its start; the ladder is
# that of the second one here.

# %% id="demo-tcp" demo=true
from netlib.faults import TCPRelay


def greet(sock, stop):
    connection, _ = sock.accept()
    with connection:
        connection.sendall(b"hello")


for faults in ("split reply every 1", "split reply 2; reset reply 4"):
    with serving(greet, "tcp") as server:
        bad_tcp = TCPRelay(server, faults)
        with bad_tcp as address, socket.create_connection(address) as client:
            try:
                while data := client.recv(4096):
                    print(data, end=" ")
                print("the end, after:", faults)
            except ConnectionResetError as error:
                print(error, "after:", faults)
Ladder(bad_tcp.trace, bad_tcp.endpoints)

# %% [markdown] id="wireshark" lang="en"
# ## 4. Wireshark opens a trace
#
# `save` writes pcapng: the addresses that the client saw, with headers made up around the bytes
# so that Wireshark follows the stream, and a comment on each packet that the network harmed. (The
# output depends on whether tshark is installed, so the tests do not compare it.)

# %% id="demo-wireshark" demo=true tags=["nbval-ignore-output"]
import shutil
import subprocess
import tempfile

with tempfile.NamedTemporaryFile(suffix=".pcapng") as file:
    bad_udp.trace.save(file.name)
    fields = ("frame.number", "udp.length", "frame.comment")
    command = ["tshark", "-r", file.name, "-Tfields", *(f"-e{field}" for field in fields)]
    if shutil.which("tshark"):
        print(subprocess.run(command, capture_output=True, text=True).stdout, end="")
    else:
        print("tshark is not installed here: apt-get install tshark")

# %% [markdown] id="ladder" lang="en"
# ## 5. A ladder names its messages, folds and accuses
#
# `label` knows TFTP, FeiQ, HTTP, DNS and our own frames. A ladder shows the first and last rows,
# those in which something went wrong and the marked one; it counts what it leaves out. In a
# terminal it is the text, in a notebook the picture.

# %% id="demo-ladder" demo=true
from netlib.labels import label
from netlib.trace import Message, Note, Trace

download = Trace([Message("client", "server", label(b"\0\1notes.txt\0octet\0"))])
for number in range(1, 101):
    block = number.to_bytes(2)
    data, ack = b"\0\3" + block + bytes(512), b"\0\4" + block
    download.record(Message("server", "client", label(data), data))
    if number != 60:
        download.record(Message("client", "server", label(ack), ack))
    else:
        download.record(Message("client", "server", label(ack), ack, "lost"))
        download.record(Message("server", "client", label(data), data, "duplicate"))
        download.record(Note("client", "wrote block 60 twice"))
ladder = Ladder(download, mark=122, rows=9, title="A download of 100 blocks")
print(ladder)
ladder

# %% [markdown] id="bytes" lang="en"
# ## 6. Bytes and what they mean
#
# `build` makes a frame of headers and fills in lengths and checksums; `dissect` takes one apart
# into fields, named as Wireshark names them. `HexView` shows fields in their bytes, by letter and
# by colour; `compare` puts a caret under the first byte that differs. Neither touches a socket.

# %% id="demo-bytes" demo=true
from netlib.dissect import UDP, Ethernet, IPv4, build, dissect
from netlib.hexview import HexView, compare

headers = (
    Ethernet("02:00:00:00:00:02", "02:00:00:00:00:01"),
    IPv4("192.0.2.1", "192.0.2.2", protocol=17),
    UDP(40001, 69),
)
frame = dissect(build(*headers, b"\0\1notes.txt\0octet\0"))
print(frame["udp.dstport"], frame["tftp.source_file"])
shown = [each for each in frame.fields if each.name.startswith(("eth.", "udp.", "tftp."))]
display(HexView(frame.data, shown, title=frame.summary()))
compare(b"\0\1notes.txt\0octet\0", b"\0\1notes.txt\0OCTET\0")

# %% [markdown] id="lan" lang="en"
# ## 7. A LAN of one's own
#
# Hosts, switches, hubs and routers made of Linux namespaces, without root. A socket made inside
# `with host:` lives there; `capture` sees the frames, filtered as Wireshark does. Where a machine
# forbids namespaces, one sentence says so. (Times differ in every run: not compared.)

# %% id="demo-lan" demo=true tags=["nbval-ignore-output"]
from netlib.capture import capture
from netlib.errors import Unavailable
from netlib.lan import Lan

try:
    with Lan("192.0.2.0/24") as lan:
        anna, ben = lan.host("anna"), lan.host("ben")
        with capture(lan.center, "arp or udp") as frames:
            with ben, socket.socket(type=socket.SOCK_DGRAM) as listener:
                listener.bind((ben.address, 6000))
                with anna, socket.socket(type=socket.SOCK_DGRAM) as sender:
                    sender.sendto(b"hello", (ben.address, 6000))
                listener.recv(100)
            frames.wait(3)
    print(frames)
except Unavailable as error:
    print(error)

# %% [markdown] id="states" lang="en"
# ## 8. What the kernel knows of a socket
#
# `states` and `watch` show what `ss` shows, `counters` what `nstat` counts. The server below is
# closed with bytes that nobody has read: that is not a FIN, but an RST, and the kernel counts it.
# (Ports, timers and other programs differ: not compared.)

# %% id="demo-states" demo=true tags=["nbval-ignore-output"]
from netlib.states import counters, watch

try:
    before = counters()
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket() as client:
        client.connect(listener.getsockname())
        served, _ = listener.accept()
        client.sendall(b"hello")
        display(watch(listener.getsockname()[1]).now())
        served.close()
        print("reset with unread bytes:", counters().since(before)["TcpExt.TCPAbortOnClose"])
except Unavailable as error:
    print(error)

# %% [markdown] id="panels" lang="en"
# ## 9. Panels are live
#
# `Dashboard` samples numbers; `ChatPanel(send=send_text, receive=recv_one)` lets two people chat
# through a chapter's functions. A function that hangs or raises is told of, and the page goes on.
# Without the `with`, `display(Dashboard(sample))` stays live; a panel that was closed leaves its
# text. (Not compared: numbers of this machine.)

# %% id="demo-panels" demo=true tags=["nbval-ignore-output"]
import threading

from netlib.panels import Dashboard
from netlib.states import states

sampled = threading.Semaphore(0)


def sample():
    sampled.release()
    return {"sockets": len(states()), "datagrams": counters()["Udp.OutDatagrams"]}


with (
    Dashboard(sample, every=0.05, rates=("datagrams",), title="This machine") as board,
    socket.socket(type=socket.SOCK_DGRAM) as sender,
):
    display(board)
    for number in range(10):
        sampled.acquire(timeout=2)
        for _ in range(number):
            sender.sendto(b"to nobody", ("127.0.0.1", 9))

# %% [markdown] id="check" lang="en"
# ## 10. What a learner reads
#
# `request` of chapter 04 must send again what was lost. This one, the learner's cell, does not:

# %% id="demo-wrong" demo=true
import socket

Address = tuple[str, int]


def request(address: Address, payload: bytes, timeout: float = 0.2, tries: int = 4) -> bytes:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(address)
        sock.settimeout(timeout)
        sock.send(payload)
        return sock.recv(65507)


# %% [markdown] id="check-run" lang="en"
# The check runs it under each rule's network, in a copy of this kernel. The network of the rule
# that failed loses the first two datagrams; the report shows the **smallest** that breaks the
# program in the same way, the exchange, the misconception behind it and one question.
# `replay`, the report's last line, runs one rule again under faults of your own: an undisturbed
# network (`""`), here.

# %% id="demo-check" demo=true
try:
    check("ch04/request")
except CheckFailed as failed:
    print(failed)
replay("ch04/request/asks_until_answered", "")

# %% [markdown] id="end" lang="en"
# There is more, in docstrings: `serving(function, trace=Trace())` records what a server hears;
# `bars(...)` of `netlib.plots` compares numbers. How a rule plays such a network:
# [authors.md](authors.md), "Faults in a rule".
