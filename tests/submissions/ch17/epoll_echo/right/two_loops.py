def epoll_echo(listener, stop, edge):
    poller, clients, total = select.epoll(), {}, 0
    listener.setblocking(False)
    poller.register(listener.fileno(), select.EPOLLIN | (select.EPOLLET if edge else 0))

    def bury(number):
        poller.unregister(number)
        clients.pop(number)[0].close()

    def read(client):
        data = client[0].recv(32768)
        client[1] += data
        client[2] = client[2] or not data
        return bool(data)

    def write(client):
        sent = client[0].send(client[1])
        del client[1][:sent]

    def try_both(client):
        progress = True
        while progress:
            progress = False
            try:
                while not client[2] and len(client[1]) < HIGH_WATER and read(client):
                    progress = True
            except BlockingIOError:
                pass
            try:
                while client[1]:
                    write(client)
                    progress = True
            except BlockingIOError:
                pass

    while not stop.is_set():
        for number, mask in poller.poll(0.2):
            if number == listener.fileno():
                for sock in accept_all(listener):
                    total += 1
                    clients[sock.fileno()] = [sock, bytearray(), False]
                    flags = select.EPOLLIN
                    if edge:
                        flags |= select.EPOLLOUT | select.EPOLLET
                    poller.register(sock.fileno(), flags)
                continue
            client = clients[number]
            try:
                try_both(client)
            except OSError:
                bury(number)
                continue
            if client[2] and not client[1]:
                bury(number)
            elif not edge:
                flags = 0
                if client[1]:
                    flags |= select.EPOLLOUT
                if not client[2] and len(client[1]) < HIGH_WATER:
                    flags |= select.EPOLLIN
                poller.modify(number, flags)
    for number in list(clients):
        bury(number)
    poller.close()
    return total
