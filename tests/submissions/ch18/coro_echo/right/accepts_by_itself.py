# It has its own accepter, and ends by the same task.
def coro_echo(listener: socket.socket, stop: threading.Event) -> int:
    """Give every client its own bytes back with one task a client; return how many came."""
    loop, clients = SocketScheduler(), []

    def echo(client: socket.socket) -> Task:
        with client:
            while True:
                yield Read(client)
                data = client.recv(65536)
                if not data:
                    return
                while data:
                    yield Write(client)
                    data = data[client.send(data) :]

    def accept() -> Task:
        listener.setblocking(False)
        while True:
            yield Read(listener)
            client, _ = listener.accept()
            client.setblocking(False)
            clients.append(client)
            loop.spawn(str(client.fileno()) + str(len(clients)), echo(client))

    def watch() -> Task:
        while not stop.is_set():
            yield Sleep(0.1)
        loop.stop()

    loop.spawn("accepter", accept())
    loop.spawn("watch", watch())
    loop.run()
    for client in clients:
        client.close()
    return len(clients)
