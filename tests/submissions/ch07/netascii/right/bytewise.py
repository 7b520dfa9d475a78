# right: bytewise
TABLE = {10: b"\r\n", 13: b"\r\x00"}


def to_netascii(data):
    return b"".join(TABLE.get(b, bytes((b,))) for b in data)


def from_netascii(data):
    out, rest = bytearray(), iter(data)
    for b in rest:
        out.append({10: 10, 0: 13}[next(rest)] if b == 13 else b)
    return bytes(out)
