# misconception: TXT-05
def pack_header(version, charset, length):
    return struct.pack("<BHI", version, charset, length)


def unpack_header(data):
    if len(data) != 7:
        raise ValueError("no header")
    return struct.unpack("<BHI", data)
