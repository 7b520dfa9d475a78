# misconception: none
def roll_call(network, port, timeout):
    base, _, prefix = network.partition("/")
    first = parse_ipv4(base) + 1
    hosts = [format_ipv4(first + n) for n in range(usable_hosts(int(prefix)))]
    here = set()
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        for host in hosts:
            sock.sendto(b"?", (host, port))
        try:
            while True:
                here.add(sock.recvfrom(2048)[1])
        except BlockingIOError:
            pass
    return [host for host in hosts if (host, port) in here]
