# misconception: none
# How far it is, the machine knows.
def drive(sock: socket.socket, machine, timeout: float, tries: int, on_progress=None) -> None:
    """Run machine over sock until it is done or in error; TimeoutError after tries silences."""

    def send(replies):
        for packet, address in replies:
            sock.sendto(packet, address)

    count = 0
    send(machine.start())
    progress, silences = machine.progress, 0
    deadline = time.monotonic() + timeout
    while not (machine.done or machine.error):
        left = deadline - time.monotonic()
        if left <= 0:
            silences += 1
            if silences == tries:
                raise TimeoutError(f"no progress after {tries} tries")
            send(machine.on_timeout())
            deadline = time.monotonic() + timeout
            continue
        sock.settimeout(left)
        try:
            packet, address = sock.recvfrom(65507)
        except TimeoutError:
            continue
        send(machine.feed(packet, address))
        if machine.progress != progress:
            progress, silences = machine.progress, 0
            if on_progress is not None:
                count += 1
                on_progress(count)
            deadline = time.monotonic() + timeout
