# misconception: none
# Arguments are words, it thinks, as they are in a shell.
def answer(request, allow):
    try:
        code, out, err = run_command(request.decode().replace("\0", " ").split(), COMMAND_TIMEOUT_S, allow)
    except PermissionError as error:
        code, out, err = 126, b"", str(error).encode()
    except FileNotFoundError as error:
        code, out, err = 127, b"", str(error).encode()
    except TimeoutError as error:
        code, out, err = 124, b"", str(error).encode()
    return str(code).encode(), out, err
