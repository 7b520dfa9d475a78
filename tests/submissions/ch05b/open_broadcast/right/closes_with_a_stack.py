# An ExitStack closes the socket unless all went well.
import contextlib


def open_broadcast(port: int) -> socket.socket:
    with contextlib.ExitStack() as stack:
        sock = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        for option in (socket.SO_BROADCAST, socket.SO_REUSEADDR):
            sock.setsockopt(socket.SOL_SOCKET, option, 1)
        sock.bind(("", port))
        stack.pop_all()
        return sock
