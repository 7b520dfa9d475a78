import collections

Answer = collections.namedtuple("Answer", "code out err")


def _refused(code):
    return Answer(b"%d" % code, b"", b"")


def answer(request, allow):
    argv = str(request, "utf-8").split("\0")
    if argv[0] not in allow:
        return _refused(126)
    try:
        done = subprocess.run(argv, input=b"", capture_output=True, timeout=COMMAND_TIMEOUT_S)
    except FileNotFoundError:
        return _refused(127)
    except subprocess.TimeoutExpired:
        return _refused(124)
    return Answer(str(done.returncode).encode("ascii"), done.stdout, done.stderr)
