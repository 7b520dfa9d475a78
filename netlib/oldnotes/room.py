"""The chat room of the classroom notes: epoll in one thread, and a send that waits for everybody.

It is written anew: the same calls on sockets, in the same order and with the same numbers. Do not
learn from it. Chapter 17 shows what becomes of it.
"""

import select
import socket
import threading

__all__ = ["chat_room"]


def chat_room(tcp_server_socket: socket.socket, stop: threading.Event) -> None:
    """Send what anybody says to everybody else, until stop is set.

    The notes' loop has no end, and as printed it closes each newcomer at the end of the round; here
    that `close` stands behind the loop, where it must have been meant.
    """
    client_list: list[socket.socket] = []
    with select.epoll() as epoll:
        epoll.register(tcp_server_socket.fileno(), select.EPOLLIN)
        try:
            while not stop.is_set():
                for fd, _event in epoll.poll(0.1):
                    if fd == tcp_server_socket.fileno():
                        client_socket, _address = tcp_server_socket.accept()
                        client_list.append(client_socket)
                        epoll.register(client_socket.fileno(), select.EPOLLIN)
                    for client in client_list:
                        if fd == client.fileno():
                            recv_data = client.recv(1024)
                            if not recv_data:
                                epoll.unregister(client.fileno())
                                client_list.remove(client)
                                client.close()
                            else:
                                for other_client in client_list:
                                    if other_client is not client:
                                        other_client.send(recv_data)
        finally:  # as at the end of a program
            for client in client_list:
                client.close()
