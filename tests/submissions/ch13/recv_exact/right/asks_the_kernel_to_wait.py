def recv_exact(sock, n):
    pieces = []
    while n > 0:
        piece = sock.recv(n, socket.MSG_WAITALL)
        if piece == b"":
            raise EOFError(b"".join(pieces))
        pieces.append(piece)
        n -= len(piece)
    return b"".join(pieces)
