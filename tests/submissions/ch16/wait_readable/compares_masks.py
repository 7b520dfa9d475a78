# misconception: EPL-06
def wait_readable(socks, timeout=None):
    poller = select.poll()
    places = {}
    for place, sock in enumerate(socks):
        poller.register(sock, select.POLLIN)
        places[sock.fileno()] = place
    events = poller.poll(None if timeout is None else timeout * 1000)
    return sorted(places[number] for number, mask in events if mask == select.POLLIN)
