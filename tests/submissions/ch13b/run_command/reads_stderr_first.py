# misconception: STR-15
def run_command(argv, timeout, allow):
    if not argv or argv[0] not in allow:
        raise PermissionError(argv)
    process = subprocess.Popen(
        argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    err = process.stderr.read()
    out = process.stdout.read()
    try:
        return process.wait(timeout), out, err
    except subprocess.TimeoutExpired:
        process.kill()
        raise TimeoutError(argv[0]) from None
