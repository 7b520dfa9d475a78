# greenlets in the place of tasks.
def coro_echo(listener, stop):
    import gevent
    from gevent import socket as green

    sock = green.socket(listener.family, listener.type, 0, fileno=listener.dup().detach())
    sock.settimeout(None)
    clients, tasks = [], []

    def echo(client):
        try:
            while data := client.recv(65536):
                client.sendall(data)
        except OSError:
            pass
        finally:
            client.close()

    def accept():
        while True:
            client, _ = sock.accept()
            clients.append(client)
            tasks.append(gevent.spawn(echo, client))

    tasks.append(gevent.spawn(accept))
    while not stop.is_set():
        gevent.sleep(0.1)
    gevent.killall(list(tasks))
    for each in (sock, *clients):
        each.close()
    return len(clients)
