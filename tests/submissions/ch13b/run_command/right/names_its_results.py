import collections

Done = collections.namedtuple("Done", "code out err")


def run_command(argv, timeout, allow):
    if not argv or argv[0] not in allow:
        raise PermissionError(argv)
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        raise TimeoutError(argv[0]) from None
    return Done(done.returncode, done.stdout, done.stderr)
