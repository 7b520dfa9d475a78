HEADER = struct.Struct(">BHI")


def pack_header(version: int, charset: int, length: int) -> bytes:
    return HEADER.pack(version, charset, length)


def unpack_header(data: bytes) -> tuple:
    try:
        return HEADER.unpack(data)
    except struct.error as error:
        raise ValueError(str(error)) from error
