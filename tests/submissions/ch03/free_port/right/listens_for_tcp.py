def free_port(kind="tcp"):
    if kind == "tcp":
        with socket.create_server(("127.0.0.1", 0)) as server:
            return server.getsockname()[1]
    with contextlib.closing(open_socket(kind)) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]
