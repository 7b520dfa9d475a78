# misconception: PRT-04
def roll_call(network, port, timeout):
    base, _, prefix = network.partition("/")
    first = parse_ipv4(base) + 1
    hosts = [format_ipv4(first + n) for n in range(usable_hosts(int(prefix)))]
    here = []
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        for host in hosts:
            sock.sendto(b"?", (host, port))
        deadline = time.monotonic() + timeout
        while (left := deadline - time.monotonic()) > 0:
            sock.settimeout(left)
            try:
                data, (host, source) = sock.recvfrom(2048)
            except TimeoutError:
                break
            if source == port and host not in here:
                here.append(host)
    return sorted(here, key=parse_ipv4)
