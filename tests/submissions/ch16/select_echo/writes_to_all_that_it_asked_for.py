# misconception: MUX-17
def select_echo(listener, stop):
    listener.setblocking(False)
    owed, finished, count = {}, set(), 0
    while not stop.is_set():
        reading = [s for s in owed if s not in finished and len(owed[s]) < HIGH_WATER]
        writing = [s for s in owed if owed[s]]
        readable, writable, _ = select.select([listener, *reading], writing, [], 0.01)
        for sock in readable:
            if sock is listener:
                caller, _ = listener.accept()
                caller.setblocking(False)
                owed[caller] = b""
                count += 1
                continue
            try:
                data = sock.recv(65536)
            except OSError:
                del owed[sock]
                sock.close()
                continue
            if data:
                owed[sock] += data
            else:
                finished.add(sock)
        for sock in writing:
            if sock in owed:
                try:
                    sent = sock.send(owed[sock])
                    owed[sock] = owed[sock][sent:]
                except ConnectionError:
                    owed[sock] = b""
                    finished.add(sock)
        for sock in [s for s in owed if s in finished and not owed[s]]:
            del owed[sock]
            sock.close()
    for sock in owed:
        sock.close()
    return count
