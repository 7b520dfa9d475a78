def drain(sock):
    pieces, ended = [], False
    while not ended:
        try:
            piece = sock.recv(1 << 20, socket.MSG_DONTWAIT)
        except BlockingIOError:
            break
        except ConnectionError:
            piece = b""
        ended = not piece
        pieces.append(piece)
    return b"".join(pieces), ended


def accept_all(listener):
    callers = []
    while select.select([listener], [], [], 0)[0]:
        caller, _ = listener.accept()
        caller.settimeout(0.0)
        callers.append(caller)
    return callers
