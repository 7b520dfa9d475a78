# misconception: none
def answer(request, allow):
    try:
        code, out, err = run_command(request.decode().split("\0"), COMMAND_TIMEOUT_S, allow)
    except FileNotFoundError as error:
        code, out, err = 127, b"", str(error).encode()
    except TimeoutError as error:
        code, out, err = 124, b"", str(error).encode()
    return str(code).encode(), out, err
