# misconception: STR-42
def run_command(argv, timeout, allow):
    if not argv or argv[0] not in allow:
        raise PermissionError(argv)
    process = subprocess.Popen(
        argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        out, err = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        raise TimeoutError(argv[0]) from None
    return process.returncode, out, err
