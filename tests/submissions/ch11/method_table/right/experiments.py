# right: it asks the kernel
import errno


def method_table() -> dict[str, str]:
    """Return, for each key, the errno name that the call raises on Linux, or "ok"."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as client,
        socket.socket() as fresh,
    ):
        connected, _ = listener.accept()
        arguments = {"recv": (1,), "send": (b"x",), "connect": (client.getsockname(),)}
        with connected:
            return {
                f"{name}.{method}": outcome(getattr(sock, method), *arguments.get(method, ()))
                for name, sock, methods in (
                    ("listener", listener, ("recv", "send", "getpeername")),
                    ("connected", connected, ("accept", "listen", "connect")),
                    ("fresh", fresh, ("recv", "getsockname")),
                )
                for method in methods
            }


def outcome(call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        return errno.errorcode[error.errno]
    return "ok"
