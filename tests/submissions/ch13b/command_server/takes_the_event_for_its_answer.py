# misconception: none
# An Event is true as an object.
def command_server(listener, allow, stop):
    listener.settimeout(0.1)
    count = 0
    while not stop:
        client, _ = listener.accept()
        count += 1
    return count
