# right: selects
import select


def upload(host, port, path, name, timeout=0.2, tries=5):
    data = open(path, "rb").read()
    machine = Sender(data, (host, port), b"\0\2%b\0octet\0" % name.encode("utf-8"))
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        out, left = machine.start(), tries
        while True:
            for packet, to in out:
                sock.sendto(packet, to)
            end = time.monotonic() + timeout
            before = machine.progress
            while machine.progress == before:
                wait = end - time.monotonic()
                if wait <= 0 or not select.select([sock], [], [], wait)[0]:
                    break
                replies = machine.feed(*sock.recvfrom(2048))
                if machine.error:
                    raise TftpError(*machine.error)
                for packet, to in replies:
                    sock.sendto(packet, to)
            if machine.done:
                return len(data)
            if machine.progress != before:
                left, out = tries, []
                continue
            left -= 1
            if not left:
                raise TimeoutError
            out = machine.on_timeout()
    finally:
        sock.close()
