def run_command(argv, timeout, allow):
    if not argv or not {argv[0]} <= allow:
        raise PermissionError("not allowed")
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            out, err = process.communicate(b"", timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise TimeoutError(f"{argv[0]}: {timeout} s") from None
        return process.returncode, out, err
