# misconception: none
def select_echo(listener: socket.socket, stop: threading.Event) -> int:
    """Echo every client's bytes until stop is set; return how many were accepted."""
    clients, count = {}, 0
    try:
        while not stop.is_set():
            wants = {sock: client.wants() for sock, client in clients.items()}
            reads = [listener, *(sock for sock, (read, _) in wants.items() if read)]
            writes = [sock for sock, (_, write) in wants.items() if write]
            readable, writable, _ = select.select(reads, writes, [], 0.1)
            for sock in readable:
                if sock is not listener:
                    clients[sock].on_readable()
                elif caller := try_accept(listener):
                    clients[caller] = EchoClient(caller)
                    count += 1
            for sock in writable:
                clients[sock].on_writable()
            for sock in [sock for sock in clients if clients[sock].done()]:
                del clients[sock]
                sock.close()
    finally:
        for sock in clients:
            sock.close()
    return len(clients)
