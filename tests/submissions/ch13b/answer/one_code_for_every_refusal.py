# misconception: none
# All three are kinds of OSError.
def answer(request, allow):
    try:
        code, out, err = run_command(request.decode().split("\0"), COMMAND_TIMEOUT_S, allow)
    except OSError as error:
        code, out, err = 126, b"", str(error).encode()
    return str(code).encode(), out, err
