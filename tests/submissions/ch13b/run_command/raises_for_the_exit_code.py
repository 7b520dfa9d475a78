# misconception: STR-17
def run_command(argv, timeout, allow):
    if not argv or argv[0] not in allow:
        raise PermissionError(argv)
    try:
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, check=True
        )
    except subprocess.TimeoutExpired:
        raise TimeoutError(argv[0]) from None
    return 0, done.stdout, done.stderr
