import re

LINE = re.compile(r"\s*\d+: (\S+):(\S+) (\S+):(\S+) (\S\S)(?:\s+\S+){5}\s+(\d+)")


def dotted(digits):
    return ".".join(str(int(digits[at : at + 2], 16)) for at in (6, 4, 2, 0))


def parse_proc_net_tcp(text):
    sockets = []
    for line in text.split("\n"):
        if found := LINE.match(line):
            host, port, its_host, its_port, state, inode = found.groups()
            own, peer = (dotted(host), int(port, 16)), (dotted(its_host), int(its_port, 16))
            sockets.append((own, peer, STATES[int(state, 16)], int(inode)))
    return sockets
