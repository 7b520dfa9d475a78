# misconception: UDP-07
# It takes a second datagram with the same bytes for a copy and gives it the old number.
def reply_counter_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its number for that sender, a space, and its bytes."""
    sock.settimeout(0.1)
    seen = {}
    answers = 0
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            continue
        messages = seen.setdefault(client, [])
        if data not in messages:
            messages.append(data)
        sock.sendto(b"%d %b" % (len(messages), data), client)
        answers += 1
    return answers
