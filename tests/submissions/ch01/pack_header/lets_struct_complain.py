# misconception: none
def pack_header(version, charset, length):
    return struct.pack("!BHI", version, charset, length)


def unpack_header(data):
    return struct.unpack("!BHI", data)
