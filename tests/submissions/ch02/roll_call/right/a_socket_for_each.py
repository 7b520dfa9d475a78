import contextlib
import select


def roll_call(network, port, timeout):
    base, _, prefix = network.partition("/")
    first = parse_ipv4(base) + 1
    here = []
    with contextlib.ExitStack() as stack:
        socks = {}
        for n in range(usable_hosts(int(prefix))):
            sock = stack.enter_context(socket.socket(type=socket.SOCK_DGRAM))
            sock.connect((format_ipv4(first + n), port))
            sock.send(b"")
            socks[sock] = n
        deadline = time.monotonic() + timeout
        while (left := deadline - time.monotonic()) > 0 and socks:
            for sock in select.select(list(socks), [], [], left)[0]:
                n = socks.pop(sock)
                try:
                    sock.recv(1)
                    here.append(n)
                except ConnectionRefusedError:
                    pass
        while (left := deadline - time.monotonic()) > 0:
            time.sleep(left)
    return [format_ipv4(first + n) for n in sorted(here)]
