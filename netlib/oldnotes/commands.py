"""Remote command servers and a client as the classroom notes have them: a shell gets what comes.

They make the same calls in the same order with the same arguments, so the same thing happens; do
not learn from them. Chapters 13 and 13b show what becomes of them: on loopback, and with what
strangers could send in `attempt` only.
"""

import socket
import subprocess
import threading
from typing import Any

__all__ = ["ask", "run", "serve_tcp", "serve_udp"]


def run(command: str) -> bytes:
    """Run command as the notes' servers do; return what they send."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, shell=True, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        res: Any = process
        err = res.stderr.read()
        return err or res.stdout.read()  # type: ignore[no-any-return]  # bytes: no text was asked


def serve_tcp(sock: socket.socket, stop: threading.Event) -> None:
    """Run the commands of one client after the other, until stop is set and the client has gone.

    sock listens. What comes in one recv is a command, and nothing marks the end of an answer.
    """
    sock.settimeout(0.1)  # the notes know no stop
    while not stop.is_set():
        try:
            conn, _ = sock.accept()
        except TimeoutError:
            continue
        while True:
            try:
                cmd = conn.recv(1024)
                if not cmd:
                    break
                conn.sendall(run(cmd.decode("utf-8")))
            except Exception:
                break
        conn.close()


def ask(sock: socket.socket, command: str) -> str:
    """Send a command on a connected socket as the notes' client does; return what it shows."""
    sock.send(command.encode("utf-8"))
    cmd_res = sock.recv(1024)
    return cmd_res.decode("utf-8")


def serve_udp(sock: socket.socket, stop: threading.Event) -> None:
    """Answer every command on sock, a bound UDP socket, until stop is set or an answer fails.

    Raises:
        OSError: an answer was too long for one datagram (EMSGSIZE, udp(7)).
    """
    sock.settimeout(0.1)  # the notes know no stop
    while not stop.is_set():
        try:
            cmd, addr = sock.recvfrom(1024)
        except TimeoutError:
            continue
        cmd_res = run(cmd.decode("utf-8"))
        if not cmd_res:
            cmd_res = "执行成功".encode()
        sock.sendto(cmd_res, addr)
