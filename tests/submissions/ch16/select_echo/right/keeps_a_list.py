def select_echo(listener, stop):
    clients, count = [], 0
    listener.setblocking(False)
    while not stop.is_set():
        reading = [c.sock for c in clients if c.wants()[0]]
        writing = [c.sock for c in clients if c.wants()[1]]
        readable, writable, _ = select.select([listener] + reading, writing, [], 0.1)
        for client in clients:
            if client.sock in readable:
                client.on_readable()
            if client.sock in writable:
                client.on_writable()
        for client in clients:
            if client.done():
                client.sock.close()
        clients = [c for c in clients if not c.done()]
        if listener in readable and (sock := try_accept(listener)):
            clients.append(EchoClient(sock))
            count += 1
    for client in clients:
        client.sock.close()
    return count
