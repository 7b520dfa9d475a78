# misconception: MUX-06, UDP-16
def epoll_echo(listener, stop, edge):
    clients, count = {}, 0
    while not stop.is_set():
        reads = [listener] + [s for s, c in clients.items() if not c[1] and c[0].pending() < HIGH_WATER]
        writes = [s for s, c in clients.items() if c[0].pending()]
        readable, writable, _ = select.select(reads, writes, [], 0.1)
        for sock in readable:
            if sock is listener:
                for caller in accept_all(listener):
                    clients[caller] = [OutBuffer(), False]
                    count += 1
                continue
            try:
                data = sock.recv(65536)
            except OSError:
                data = b""
                clients[sock][0] = OutBuffer()
            clients[sock][0].push(data)
            clients[sock][1] = not data
        for sock in writable:
            try:
                clients[sock][0].flush(sock)
            except OSError:
                clients[sock] = [OutBuffer(), True]
        for sock in [s for s, c in clients.items() if c[1] and not c[0].pending()]:
            del clients[sock]
            sock.close()
    for sock in clients:
        sock.close()
    return count
