"""A TFTP downloader as in the old notes (RFC 1350): it works on a network without faults.

Written anew: the same calls as there, in the same order and with the same arguments, so that the
same happens; names and messages are ours. Do not learn from it. Chapter 06 shows what becomes of
it on a bad network: `attempt` ends it there.
"""

import os
import socket
import struct
from typing import Any

__all__ = ["download"]


def download(host: str, port: int, name: str, out_path: str) -> None:
    """Fetch file name from the TFTP server at (host, port) and write it to out_path.

    The old notes have host and name in the program, ask port 69 and always write to the same
    file; these are arguments here.
    """
    encoded = name.encode("gbk")
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    request = struct.pack(f"!H{len(encoded)}sb5sb", 1, encoded, 0, b"octet", 0)
    sock.sendto(request, (host, port))
    receive(sock, out_path)
    sock.close()


def receive(sock: socket.socket, out_path: str) -> None:
    complete, due = True, 1
    file: Any = None
    while True:
        packet, sender = sock.recvfrom(1024)
        opcode, number = struct.unpack("!HH", packet[:4])
        if opcode == 5:
            print(f"Error {number}")
            complete = False
            break
        if opcode == 3:
            if number == 1:
                file = open(out_path, "ab")
            if number == due:
                file.write(packet[4:])
                print(f"Block {due} is here")
                ack = struct.pack("!HH", 4, due)
                sock.sendto(ack, sender)
                if due == 65535:
                    due = -1
                due += 1
            if len(packet) < 512 + 2 + 2:
                break
    file.close()
    if complete:
        print("All is here.")
    else:
        print("That failed.")
        os.unlink(out_path)
