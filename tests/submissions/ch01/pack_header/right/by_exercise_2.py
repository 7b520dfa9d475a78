def pack_header(version, charset, length):
    return to_big(version, 1) + to_big(charset, 2) + to_big(length, 4)


def unpack_header(data):
    if len(data) != 7:
        raise ValueError(len(data))
    return (data[0], from_big(data[1:3]), from_big(data[3:7]))
