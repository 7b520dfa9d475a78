import selectors


def chat_room(listener, stop):
    selector, room = selectors.DefaultSelector(), Room()
    socks, parsers, owed, number = {}, {}, {}, 0
    doomed = []
    listener.setblocking(False)
    selector.register(listener, selectors.EVENT_READ, None)

    def post(pairs):
        for who, text in pairs:
            if who in socks:
                owed[who] += text.encode("utf-8") + b"\n"
                push(who)

    def push(who):
        try:
            while owed[who]:
                owed[who] = owed[who][socks[who].send(owed[who]) :]
        except BlockingIOError:
            pass
        except OSError:
            doomed.append(who)
            return
        if len(owed[who]) > ROOM_BUFFER:
            doomed.append(who)
            return
        writes = selectors.EVENT_WRITE if owed[who] else 0
        selector.modify(socks[who], selectors.EVENT_READ | writes, who)

    def pull(who):
        data, ended = drain(socks[who])
        try:
            for line in parsers[who].feed(data):
                post(room.line(who, line.decode("utf-8", "replace")))
        except FrameError:
            ended = True
        if ended:
            doomed.append(who)

    while not stop.is_set():
        for key, mask in selector.select(0.1):
            if key.data is None:
                for sock in accept_all(listener):
                    number += 1
                    socks[number], parsers[number], owed[number] = sock, LineParser(MAX_LINE), b""
                    selector.register(sock, selectors.EVENT_READ, number)
                continue
            if mask & selectors.EVENT_WRITE:
                push(key.data)
            if mask & selectors.EVENT_READ:
                pull(key.data)
        while doomed:
            who = doomed.pop()
            if who in socks:
                selector.unregister(socks[who])
                socks.pop(who).close()
                post(room.leave(who))
    for sock in socks.values():
        sock.close()
    selector.close()
    return number
