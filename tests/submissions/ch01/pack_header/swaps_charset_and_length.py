# misconception: none
def pack_header(version, charset, length):
    return struct.pack("!BIH", version, length, charset)


def unpack_header(data):
    if len(data) != 7:
        raise ValueError("no header")
    return struct.unpack("!BHI", data)
