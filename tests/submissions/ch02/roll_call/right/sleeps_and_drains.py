import ipaddress


def roll_call(network, port, timeout):
    hosts = [str(host) for host in ipaddress.ip_network(network).hosts()]
    heard = set()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        for host in hosts:
            sock.sendto(b"who is there?", (host, port))
        time.sleep(timeout)
        for _ in range(10_000):
            try:
                _, source = sock.recvfrom(1)
            except BlockingIOError:
                break
            heard.add(source)
    return [host for host in hosts if (host, port) in heard]
