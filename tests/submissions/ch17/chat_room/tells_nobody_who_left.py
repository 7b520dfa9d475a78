# misconception: EPL-30
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
        sock, parser, _ = members[member]
        if mask & select.EPOLLOUT and not give(member):
            say(bury(member))
        elif mask & ~select.EPOLLOUT:
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
        """Tell each member its line, of pairs (member, line)."""
        for member, line in pairs:  # which grow while somebody is thrown out
            if member in members:
                members[member][2].push(line.encode() + b"\n")
                if not give(member):
                    pairs += bury(member)

    def give(member):
        """Send what a member takes now; return whether it may stay."""
        sock, _, owed = members[member]
        try:
            writes = 0 if owed.flush(sock) else select.EPOLLOUT
        except OSError:
            return False
        loop.modify(sock, select.EPOLLIN | writes)
        return owed.pending() <= ROOM_BUFFER

    def bury(member):
        """Take a member out of the room; return what to tell whom."""
        loop.remove(members.pop(member)[0])
        room.leave(member)
        return []

    loop.add(listener, select.EPOLLIN, come)
    try:
        while not stop.is_set():
            loop.run_once(0.1)
    finally:
        for sock, _, _ in members.values():
            sock.close()
        loop.close()
    return count
