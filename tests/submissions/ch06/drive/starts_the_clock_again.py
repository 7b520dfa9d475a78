# misconception: UDP-19
# settimeout() counts from each recvfrom(), and noise keeps arriving.
def drive(sock: socket.socket, machine, timeout: float, tries: int, on_progress=None) -> None:
    """Run machine over sock until it is done or in error; TimeoutError after tries silences."""

    def send(replies):
        for packet, address in replies:
            sock.sendto(packet, address)

    send(machine.start())
    sock.settimeout(timeout)
    progress, silences = machine.progress, 0
    while not (machine.done or machine.error):
        try:
            packet, address = sock.recvfrom(65507)
        except TimeoutError:
            silences += 1
            if silences == tries:
                raise
            send(machine.on_timeout())
            continue
        send(machine.feed(packet, address))
        if machine.progress != progress:
            progress, silences = machine.progress, 0
            if on_progress is not None:
                on_progress(progress)
