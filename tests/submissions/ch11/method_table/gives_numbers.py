# misconception: none
# A number is no name.
def method_table():
    return {
        "listener.recv": 107,
        "listener.send": 32,
        "listener.getpeername": 107,
        "connected.accept": 22,
        "connected.listen": 22,
        "connected.connect": 106,
        "fresh.recv": 107,
        "fresh.getsockname": 0,
    }
