"""The TFTP downloader of the classroom notes (RFC 1350), which works on a network without faults.

It is kept as it was; do not learn from it. Chapter 06 shows what becomes of it on a bad
network: `attempt` ends it there.
"""

import os
import socket
import struct
from typing import Any

__all__ = ["download"]


def download(host: str, port: int, name: str, out_path: str) -> None:
    """Fetch file name from the TFTP server at (host, port) and write it to out_path.

    The notes read the host from the command line, ask port 69 and call the file test.zip here;
    these are arguments now. The comments of the notes are translated, and nothing else changed.
    """
    udp_socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    # build the request to download
    file_name = name.encode("gbk")
    request = struct.pack(f"!H{len(file_name)}sb5sb", 1, file_name, 0, b"octet", 0)
    # send it to the server
    udp_socket.sendto(request, (host, port))
    receive_file(udp_socket, out_path)
    udp_socket.close()


def receive_file(udp_socket: socket.socket, out_path: str) -> None:
    recv_file: Any = None
    package_num = 0  # number of the last block
    while True:
        recv_data, server_address = udp_socket.recvfrom(1024)
        op_code, num = struct.unpack("!HH", recv_data[:4])
        if op_code == 3:  # a block of the file
            # the first block: make the file
            if num == 1:
                recv_file = open(out_path, "ab")
            # is it the next block?
            if num == package_num + 1:
                recv_file.write(recv_data[4:])
                package_num = num
                ack = struct.pack("!HH", 4, package_num)
                udp_socket.sendto(ack, server_address)
                # the number of the block has two bytes: begin again after 65535
                if package_num == 65535:
                    package_num = -1
            # less than 512 bytes: the last block
            if len(recv_data) < 516:
                recv_file.close()
                print("download all!")
                break
        elif op_code == 5:  # an error
            print(f"Error package-{num}")
            recv_file.close()
            os.unlink(out_path)
            break
