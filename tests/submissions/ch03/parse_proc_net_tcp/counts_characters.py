# misconception: none
def address(digits, port):
    return socket.inet_ntoa(bytes.fromhex(digits)[::-1]), int(port, 16)


def parse_proc_net_tcp(text):
    found = []
    for line in text.splitlines()[1:]:
        own = address(line[6:14], line[15:19])
        peer = address(line[20:28], line[29:33])
        found.append((own, peer, STATES[int(line[34:36], 16)], int(line[91:].split()[0])))
    return found
