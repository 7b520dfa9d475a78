# misconception: TXT-15
# An exit code is a character, it thinks.
def answer(request, allow):
    try:
        code, out, err = run_command(request.decode().split("\0"), COMMAND_TIMEOUT_S, allow)
    except PermissionError as error:
        code, out, err = 126, b"", str(error).encode()
    except FileNotFoundError as error:
        code, out, err = 127, b"", str(error).encode()
    except TimeoutError as error:
        code, out, err = 124, b"", str(error).encode()
    known = {124: b"124", 126: b"126", 127: b"127"}
    return known.get(code, bytes([ord("0") + code % 200])), out, err
