def select_echo(listener, stop):
    clients, count = {}, 0
    while not stop.is_set():
        poller = select.poll()
        poller.register(listener, select.POLLIN)
        for number, client in clients.items():
            reads, writes = client.wants()
            poller.register(number, select.POLLIN * reads | select.POLLOUT * writes)
        for number, mask in poller.poll(100):
            if number == listener.fileno():
                while (sock := try_accept(listener)) is not None:
                    clients[sock.fileno()] = EchoClient(sock)
                    count += 1
                continue
            client = clients[number]
            if mask & (select.POLLIN | select.POLLERR | select.POLLHUP):
                client.on_readable()
            if mask & select.POLLOUT:
                client.on_writable()
            if client.done():
                del clients[number]
                client.sock.close()
    for client in clients.values():
        client.sock.close()
    return count
