# misconception: STR-01, STR-15, UDP-04
import os


def run_command(argv, timeout, allow):
    if not argv or argv[0] not in allow:
        raise PermissionError(argv)
    process = subprocess.Popen(
        argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out = os.read(process.stdout.fileno(), 1 << 20)
    err = os.read(process.stderr.fileno(), 1 << 20)
    try:
        return process.wait(timeout), out, err
    except subprocess.TimeoutExpired:
        process.kill()
        raise TimeoutError(argv[0]) from None
