# misconception: ADR-17
def roll_call(network, port, timeout):
    base, _, prefix = network.partition("/")
    first = parse_ipv4(base) + 1
    here = []
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.settimeout(timeout)
        for n in range(usable_hosts(int(prefix))):
            host = format_ipv4(first + n)
            sock.sendto(b"?", (host, port))
            try:
                if sock.recvfrom(2048)[1] == (host, port):
                    here.append(host)
            except TimeoutError:
                pass
    return here
