# misconception: none
# sys.exit() ends more than the call.
def run_command(argv: list[str], timeout: float, allow: set[str]) -> tuple[int, bytes, bytes]:
    """Run argv without a shell; return (exit code, stdout, stderr)."""
    if not argv or argv[0] not in allow:
        raise SystemExit("not allowed")
    try:
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise TimeoutError from error
    return done.returncode, done.stdout, done.stderr
