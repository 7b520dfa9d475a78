CODES = {PermissionError: 126, FileNotFoundError: 127, TimeoutError: 124}


def answer(request, allow):
    argv = [part.decode() for part in request.split(b"\0")]
    try:
        code, *streams = run_command(argv, COMMAND_TIMEOUT_S, allow)
    except tuple(CODES) as error:
        kind = next(kind for kind in CODES if isinstance(error, kind))
        return b"%d" % CODES[kind], b"", repr(error).encode()
    return b"%d" % code, *streams
