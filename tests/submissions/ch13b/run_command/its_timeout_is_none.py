# misconception: STR-42
def run_command(argv, timeout, allow):
    if not argv or argv[0] not in allow:
        raise PermissionError(argv)
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout)
    return done.returncode, done.stdout, done.stderr
