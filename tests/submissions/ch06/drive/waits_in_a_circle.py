# misconception: none
# Who looks again and again reads nothing.
def drive(sock, machine, timeout, tries, on_progress=None):
    for packet, address in machine.start():
        sock.sendto(packet, address)
    while not machine.done:
        pass
