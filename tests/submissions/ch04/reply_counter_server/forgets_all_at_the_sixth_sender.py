# misconception: none
# It begins again for everybody as soon as five senders are known.
def reply_counter_server(sock, stop):
    sock.settimeout(0.1)
    counts, n = {}, 0
    while not stop.is_set():
        try:
            data, who = sock.recvfrom(65507)
        except TimeoutError:
            continue
        if who not in counts and len(counts) >= 5:
            counts.clear()
        counts[who] = counts.get(who, 0) + 1
        sock.sendto(b"%d " % counts[who] + data, who)
        n += 1
    return n
