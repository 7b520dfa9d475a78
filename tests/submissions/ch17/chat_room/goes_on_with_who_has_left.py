# misconception: COR-09
def chat_room(listener: socket.socket, stop: threading.Event) -> int:
    """Run a Room over TCP until stop is set; return how many came."""
    loop, room = Loop(), Room()
    members, count = {}, 0  # by number: (sock, LineParser, OutBuffer)

    def come(mask):
        nonlocal count
        for sock in accept_all(listener):
            count += 1
            members[count] = sock, LineParser(MAX_LINE), OutBuffer()
            serve_it = partial(serve, count)  # called with the mask
            loop.add(sock, select.EPOLLIN, serve_it)

    def serve(member, mask):
        """A member's socket is ready: do what can be done now."""
        sock, parser, owed = members[member]
        if mask & select.EPOLLOUT:
            try:
                if owed.flush(sock):
                    loop.modify(sock, select.EPOLLIN)
            except OSError:
                say(bury(member))
                return
        data, ended = drain(sock)
        try:
            for line in parser.feed(data):
                say(room.line(member, line.decode(errors="replace")))
        except FrameError:
            ended = True
        if ended:
            say(bury(member))

    def say(pairs):
        """Tell each member its line, of pairs (member, line)."""
        for member, line in pairs:
            if member not in members:
                continue
            sock, _, owed = members[member]
            owed.push(line.encode() + b"\n")
            try:
                done = owed.flush(sock)
            except OSError:
                say(bury(member))
                continue
            if owed.pending() > ROOM_BUFFER:
                say(bury(member))
            elif not done:
                loop.modify(sock, select.EPOLLIN | select.EPOLLOUT)

    def bury(member):
        """Take a member out of the room; return what to tell whom."""
        if member not in members:
            return []
        sock, _, _ = members.pop(member)
        loop.remove(sock)
        return room.leave(member)

    loop.add(listener, select.EPOLLIN, come)
    try:
        while not stop.is_set():
            loop.run_once(0.1)
    finally:
        for sock, _, _ in members.values():
            sock.close()
        loop.close()
    return count
