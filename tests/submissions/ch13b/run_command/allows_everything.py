# misconception: STR-19
def run_command(argv, timeout, allow):
    if not argv:
        raise PermissionError(argv)
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        raise TimeoutError(argv[0]) from None
    if argv[0] not in allow:
        raise PermissionError(argv)
    return done.returncode, done.stdout, done.stderr
