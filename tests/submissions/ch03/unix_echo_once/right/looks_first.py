def unix_echo_once(path):
    if os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, "is there already", path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    with listener:
        try:
            listener.listen()
            with listener.accept()[0] as client:
                return sum(map(len, echoed(client)))
        finally:
            os.unlink(path)


def echoed(client):
    while data := client.recv(65536):
        client.sendall(data)
        yield data
