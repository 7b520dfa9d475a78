# misconception: TXT-17
def pack_header(version, charset, length):
    return struct.pack("!BHI", version, charset, length)


def unpack_header(data):
    return tuple(int.from_bytes(part, "big") for part in (data[:1], data[1:3], data[3:7]))
