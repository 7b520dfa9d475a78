# misconception: STR-28
def chat_room(listener: socket.socket, stop: threading.Event) -> int:
    loop, room, members, count = Loop(), Room(), {}, 0

    def come(mask):
        nonlocal count
        for sock in accept_all(listener):
            count += 1
            member = count
            members[member] = sock, LineParser(MAX_LINE), OutBuffer()
            loop.add(sock, select.EPOLLIN, lambda mask, who=member: serve(who, mask))

    def serve(member, mask):
        sock, parser, _ = members[member]
        if mask & select.EPOLLOUT:
            say([(member, None)])
        if not mask & ~select.EPOLLOUT or member not in members:
            return
        try:
            data = sock.recv(65536)
            lines = parser.feed(data)
        except (OSError, FrameError):
            data, lines = b"", []
        for line in lines:
            if member in members:
                say(room.line(member, line.decode(errors="replace")))
        if not data and member in members:
            say(bury(member))

    def say(pairs):
        for member, text in pairs:
            if member not in members:
                continue
            sock, _, owed = members[member]
            if text is not None:
                owed.push(text.encode() + b"\n")
            try:
                done = owed.flush(sock)
            except OSError:
                pairs += bury(member)
                continue
            if owed.pending() > ROOM_BUFFER:
                pairs += bury(member)
            else:
                loop.modify(sock, select.EPOLLIN if done else select.EPOLLIN | select.EPOLLOUT)

    def bury(member):
        loop.remove(members.pop(member)[0])
        return room.leave(member)

    loop.add(listener, select.EPOLLIN, come)
    try:
        while not stop.is_set():
            loop.run_once(0.1)
    finally:
        for sock, _, _ in members.values():
            sock.close()
        loop.close()
    return len(members)
