def answer(request, allow):
    try:
        code, out, err = run_command(request.decode("utf-8").split("\0"), COMMAND_TIMEOUT_S, allow)
    except OSError as error:
        out, err = b"", b"cannot run"
        if isinstance(error, TimeoutError):
            code = 124
        else:
            code = 127 if isinstance(error, FileNotFoundError) else 126
    return f"{code}".encode(), out, err
