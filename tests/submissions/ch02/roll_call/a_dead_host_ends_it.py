# misconception: UDP-12
def roll_call(network, port, timeout):
    import select

    base, _, prefix = network.partition("/")
    first = parse_ipv4(base) + 1
    socks = {}
    for n in range(usable_hosts(int(prefix))):
        sock = socket.socket(type=socket.SOCK_DGRAM)
        sock.connect((format_ipv4(first + n), port))
        sock.send(b"?")
        socks[sock] = format_ipv4(first + n)
    deadline, here = time.monotonic() + timeout, set()
    try:
        while (left := deadline - time.monotonic()) > 0:
            for sock in select.select(list(socks), [], [], left)[0]:
                sock.recv(2048)
                here.add(socks[sock])
    finally:
        for sock in socks:
            sock.close()
    return sorted(here, key=parse_ipv4)
