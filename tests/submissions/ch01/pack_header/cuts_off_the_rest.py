# misconception: TXT-17
def pack_header(version, charset, length):
    return struct.pack("!BHI", version, charset, length)


def unpack_header(data):
    try:
        return struct.unpack("!BHI", data[:7])
    except struct.error:
        raise ValueError("no header") from None
