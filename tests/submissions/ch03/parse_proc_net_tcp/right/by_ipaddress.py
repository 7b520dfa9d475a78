import ipaddress


def decoded(word):
    host, _, port = word.partition(":")
    number = int.from_bytes(bytes.fromhex(host), "little")
    return str(ipaddress.IPv4Address(number)), int(port, base=16)


def parse_proc_net_tcp(text):
    _, *lines = text.splitlines()
    rows = map(str.split, lines)
    return [(decoded(r[1]), decoded(r[2]), STATES[int(r[3], 16)], int(r[9])) for r in rows]
