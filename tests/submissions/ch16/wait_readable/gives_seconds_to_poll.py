# misconception: MUX-15
def wait_readable(socks, timeout=None):
    poller = select.poll()
    places = {}
    for place, sock in enumerate(socks):
        poller.register(sock, select.POLLIN)
        places[sock.fileno()] = place
    return sorted(places[number] for number, _ in poller.poll(timeout))
