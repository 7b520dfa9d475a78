# misconception: none
def roll_call(network, port, timeout):
    base, _, prefix = network.partition("/")
    first = parse_ipv4(base) + 1
    hosts = [format_ipv4(first + n) for n in range(usable_hosts(int(prefix)))]
    here = set()
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        for host in hosts + hosts:
            sock.sendto(b"?", (host, port))
        deadline = time.monotonic() + timeout
        while (left := deadline - time.monotonic()) > 0:
            sock.settimeout(left)
            try:
                here.add(sock.recvfrom(2048)[1])
            except TimeoutError:
                break
    return [host for host in hosts if (host, port) in here]
