# misconception: TFT-03
# As in the old notes: no timeout, and nothing is sent again.
def drive(sock: socket.socket, machine, timeout: float, tries: int, on_progress=None) -> None:
    """Run machine over sock until it is done or in error; TimeoutError after tries silences."""
    replies, progress = machine.start(), machine.progress
    while True:
        for packet, address in replies:
            sock.sendto(packet, address)
        if machine.done or machine.error:
            return
        replies = machine.feed(*sock.recvfrom(65507))
        if machine.progress != progress and on_progress is not None:
            on_progress(machine.progress)
        progress = machine.progress
