def readable(sock):
    poller = select.poll()
    poller.register(sock, select.POLLIN)
    return bool(poller.poll(0))


def drain(sock):
    came = bytearray()
    while readable(sock):
        try:
            data = sock.recv(1000)
        except ConnectionResetError:
            return bytes(came), True
        if data == b"":
            return bytes(came), True
        came.extend(data)
    return bytes(came), False


def accept_all(listener):
    callers = []
    while readable(listener):
        callers.append(listener.accept()[0])
    for caller in callers:
        caller.setblocking(False)
    return callers
