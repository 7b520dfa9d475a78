# misconception: none
def unix_echo_once(path):
    count = 0
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(path)
        try:
            while data := sock.recv(65536):
                sock.sendto(data, path)
                count += len(data)
        finally:
            os.unlink(path)
    return count
