def pack_header(version, charset, length):
    parts = ((version, 1), (charset, 2), (length, 4))
    return b"".join(n.to_bytes(size, "big") for n, size in parts)


def unpack_header(data):
    version, charset, length = data[:1], data[1:3], data[3:]
    if len(length) != 4:
        raise ValueError(f"a header has 7 bytes, not {len(data)}")
    return tuple(int.from_bytes(part, "big") for part in (version, charset, length))
