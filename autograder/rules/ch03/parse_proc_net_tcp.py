"""03.5 parse_proc_net_tcp: the kernel's table of TCP sockets."""

import ipaddress
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.text import Because, Mistakes, Text, such

__all__ = ["RULES"]
RULES = Rules()

HEAD = (
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   "
    "uid  timeout inode"
)
STATES = (
    *("ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT"),
    *("CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING"),
)
NUMBERS = {form.format(number) for number in range(1, 12) for form in ("{:02X}", "{:d}", "{:02x}")}
SHORT = ("TIME_WAIT", "SYN_RECV")  # fewer columns
NAME, SOCKETS = "parse_proc_net_tcp", ("the sockets", "套接字")
PARTS = (
    ("its own address", "自己的地址"),
    ("its peer's address", "对端的地址"),
    ("its state", "状态"),
    ("its inode", "inode"),
)
NOBODY = ("0.0.0.0", 0)
MANY = 200

Address = tuple[str, int]
Socket = tuple[Address, Address, str, int]


def _word(address: Address) -> str:
    """Return an address as the kernel of a little-endian machine prints it."""
    host, port = address
    number = int.from_bytes(ipaddress.IPv4Address(host).packed, "little")
    return f"{number:08X}:{port:04X}"


def _line(rng: Random, number: int, socket: Socket) -> str:
    own, peer, state, inode = socket
    st = STATES.index(state) + 1
    uid = rng.choice((0, 1000, 4_294_967_294))
    line = (
        f"{number:4}: {_word(own)} {_word(peer)} {st:02X} 00000000:{rng.randrange(16):08X} "
        f"00:00000000 00000000 {uid:5}        0 {inode} {rng.randrange(1, 4)} 0000000000000000"
    )
    return line if state in SHORT else f"{line} 100 0 0 {rng.randrange(1, 30)} 0".ljust(149)


def _text(rng: Random, *sockets: Socket) -> str:
    lines = (_line(rng, number, socket) for number, socket in enumerate(sockets))
    return "\n".join([HEAD.ljust(149), *lines]) + "\n"


def _host(rng: Random) -> str:
    """Return a host that reads differently from behind."""
    first, last = rng.randrange(1, 100), rng.randrange(100, 224)
    return f"{first}.{rng.randrange(256)}.{rng.randrange(256)}.{last}"


def _turned(want: Address) -> Mistakes:
    """Return what gives away an address, or a port, read in the other byte order."""
    host = ".".join(reversed(want[0].split(".")))
    port = int.from_bytes(want[1].to_bytes(2, "little"), "big")
    other = {host, port} - {*want}
    return {lambda got: other & {*got}: "PRT-12"}


def _is_number(got: Any) -> bool:
    """Tell whether a state is the kernel's number still."""
    return type(got) is int or (type(got) is str and got in NUMBERS)


def _reads(learner: Learner, steps: Steps, rng: Random, *want: Socket) -> None:
    """Expect these sockets, one after the other, of a table that has them."""
    text = _text(rng, *want)
    said = Text(f"{NAME}({len(want)} lines)", f"{NAME}({len(want)} 行)")
    if len(want) == 1:
        words = text.splitlines()[1].split()
        said = Text.of(f"{NAME}('… {' '.join(words[1:4])} … {words[9]} …')")
    got = learner.start_as(said, NAME, text).result(shown=_shown)
    if not isinstance(got, list) or len(got) != len(want):
        steps.expect(SOCKETS, got=got, want=[*want])
    for came, due in zip(got, want, strict=True):
        if not isinstance(came, tuple) or len(came) != len(due):
            steps.expect(("a socket", "一个套接字"), got=came, want=due)
        signs: tuple[Because, ...] = (
            _turned(due[0]),
            _turned(due[1]),
            {_is_number: "TXT-08"},
            {such(str, str.isdigit): "TXT-08"},
        )
        for what, part, wanted, shows in zip(PARTS, came, due, signs, strict=True):
            steps.expect(what, got=part, want=wanted, because=shows)


def _shown(value: Any) -> Any:
    return (
        Text(f"a list of {len(value)}", f"{len(value)} 项的列表") if type(value) is list else value
    )


@RULES.rule(weight=2)
def each_line(learner: Learner, steps: Steps, rng: Random) -> None:
    """Each line gives its two addresses, its state and its inode, in the order of the lines.

    每一行给出两个地址、状态和 inode，按行的顺序。
    """
    port = rng.randrange(1025, 9999)
    near, far = (_host(rng), port), (_host(rng), rng.randrange(40_000, 60_000))
    table: tuple[Socket, ...] = (
        (("127.0.0.1", port), NOBODY, "LISTEN", rng.randrange(1000, 99_999)),
        (("0.0.0.0", 22), NOBODY, "LISTEN", rng.randrange(1000, 99_999)),
        (near, far, "ESTABLISHED", rng.randrange(100_000, 9_999_999)),
        (far, near, "TIME_WAIT", 0),
    )
    for socket in table:
        steps.anew()
        _reads(learner, steps, rng, socket)
    steps.anew()
    _reads(learner, steps, rng, *rng.sample(table, k=4))


@RULES.rule(weight=1)
def each_state(learner: Learner, steps: Steps, rng: Random) -> None:
    """Each of the eleven states has its name.

    十一种状态都得到各自的名字。
    """
    for state in STATES:
        steps.anew()
        own, peer = (_host(rng), 80), (_host(rng), rng.randrange(40_000, 60_000))
        _reads(learner, steps, rng, (own, peer, state, 0 if state in SHORT else 9001))


@RULES.rule(weight=1, condition="limits")
def no_line_and_many(learner: Learner, steps: Steps, rng: Random) -> None:
    """The heading alone gives []; 200 lines give 200 sockets, whatever their ports and inodes.

    只有表头得到 []；200 行得到 200 个套接字，不管端口和 inode 是多少。
    """
    said = Text(f"{NAME}(no line but the heading)", f"{NAME}(只有表头)")
    learner.start_as(said, NAME, _text(rng)).returns([], SOCKETS)
    ports = (0, 1, 255, 256, 65_535)
    sockets = [
        (
            (_host(rng), rng.choice((*ports, rng.randrange(65_536)))),
            (_host(rng), rng.choice(ports)),
            rng.choice(STATES),
            rng.choice((0, 1, rng.randrange(1 << 32))),
        )
        for _ in range(MANY)
    ]
    steps.anew()
    _reads(learner, steps, rng, *sockets)
