def epoll_echo(listener, stop, edge):
    """Whoever is edge-triggered is armed anew by modify after each event: then nothing is lost."""
    poller, owed, ended, socks, count = select.epoll(), {}, set(), {}, 0
    flag = select.EPOLLET if edge else 0
    poller.register(listener, select.EPOLLIN | flag)
    try:
        while not stop.is_set():
            for number, mask in poller.poll(0.1):
                if number == listener.fileno():
                    for sock in accept_all(listener):
                        socks[sock.fileno()], owed[sock.fileno()] = sock, b""
                        poller.register(sock, select.EPOLLIN | flag)
                        count += 1
                    continue
                sock = socks[number]
                try:
                    if mask & (select.EPOLLIN | select.EPOLLERR | select.EPOLLHUP):
                        if number not in ended and len(owed[number]) < HIGH_WATER:
                            data = sock.recv(65536)
                            owed[number] += data
                            if not data:
                                ended.add(number)
                    if owed[number]:
                        owed[number] = owed[number][sock.send(owed[number]) :]
                except BlockingIOError:
                    pass
                except OSError:
                    owed[number] = b""
                    ended.add(number)
                wants = flag
                if owed[number]:
                    wants |= select.EPOLLOUT
                if number not in ended and len(owed[number]) < HIGH_WATER:
                    wants |= select.EPOLLIN
                if wants & ~flag:
                    poller.modify(number, wants)
                else:
                    poller.unregister(number)
                    ended.discard(number)
                    del owed[number]
                    socks.pop(number).close()
    finally:
        poller.close()
        for sock in socks.values():
            sock.close()
    return count
