# misconception: MUX-02
def run_command(argv, timeout, allow):
    if not argv or argv[0] not in allow:
        raise PermissionError(argv)
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        raise TimeoutError(argv[0]) from None
    except OSError as error:
        return 127, b"", str(error).encode()
    return done.returncode, done.stdout, done.stderr
