# right: written from the chapter's text alone, with care
def drive(sock: socket.socket, machine, timeout: float, tries: int, on_progress=None) -> None:
    """Run machine over sock until it is done or in error; TimeoutError after tries silences."""

    def send(replies) -> None:
        sock.settimeout(timeout)  # not the rest of a wait, which may be next to nothing
        for packet, address in replies:
            sock.sendto(packet, address)

    progress = machine.progress
    silences = 0
    send(machine.start())
    deadline = time.monotonic() + timeout
    while True:
        if machine.progress != progress:
            progress = machine.progress
            silences = 0
            if on_progress is not None:
                on_progress(progress)
            deadline = time.monotonic() + timeout
        if machine.done or machine.error:
            return

        received = None
        remaining = deadline - time.monotonic()
        if remaining > 0:
            sock.settimeout(remaining)
            try:
                received = sock.recvfrom(65535)
            except TimeoutError:
                pass
            except ConnectionError:
                continue  # an ICMP message ("nobody listens there") is no datagram
        if received is not None:
            send(machine.feed(*received))
            continue

        silences += 1
        if silences >= tries:
            raise TimeoutError(f"no progress after {tries} tries")
        send(machine.on_timeout())
        deadline = time.monotonic() + timeout
