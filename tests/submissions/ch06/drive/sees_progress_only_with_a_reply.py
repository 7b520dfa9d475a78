# misconception: none
# Takes a machine that has nothing to say for one that stands still.
def drive(sock: socket.socket, machine, timeout: float, tries: int, on_progress=None) -> None:
    """Run machine over sock until it is done or in error; TimeoutError after tries silences."""

    def send(replies):
        for packet, address in replies:
            sock.sendto(packet, address)

    send(machine.start())
    silences = 0
    deadline = time.monotonic() + timeout
    while not (machine.done or machine.error):
        left = deadline - time.monotonic()
        try:
            if left <= 0:
                raise TimeoutError
            sock.settimeout(left)
            packet, address = sock.recvfrom(65535)
        except TimeoutError:
            silences += 1
            if silences == tries:
                raise TimeoutError("no answer")
            send(machine.on_timeout())
            deadline = time.monotonic() + timeout
            continue
        before = machine.progress
        replies = machine.feed(packet, address)
        send(replies)
        if replies and machine.progress != before:
            silences = 0
            deadline = time.monotonic() + timeout
            if on_progress:
                on_progress(machine.progress)
