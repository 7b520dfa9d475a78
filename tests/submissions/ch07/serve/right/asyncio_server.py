# right: asyncio server
import asyncio


def serve(sock69, root, stop):
    return asyncio.run(main(sock69, root, stop))


class Peer(asyncio.DatagramProtocol):
    def __init__(self, machine, path, over):
        self.machine, self.path, self.over = machine, path, over
        self.moved = asyncio.Event()

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        before = self.machine.progress
        replies = self.machine.feed(data, address)
        if self.machine.done and self.path and before != self.machine.progress:
            with open(self.path + "~", "wb") as file:
                file.write(self.machine.data)
            os.rename(self.path + "~", self.path)
        for packet, to in replies:
            self.transport.sendto(packet, to)
        if self.machine.progress != before or self.machine.error:
            self.moved.set()


async def run(host, machine, path):
    loop = asyncio.get_running_loop()
    transport, peer = await loop.create_datagram_endpoint(
        lambda: Peer(machine, path, None), local_addr=(host, 0)
    )
    try:
        for packet, to in machine.start():
            transport.sendto(packet, to)
        sends = 1
        while not (machine.done or machine.error):
            peer.moved.clear()
            try:
                await asyncio.wait_for(peer.moved.wait(), TIMEOUT_S)
                sends = 1
            except (asyncio.TimeoutError, TimeoutError):
                if sends == TRIES:
                    return
                sends += 1
                for packet, to in machine.on_timeout():
                    transport.sendto(packet, to)
        if machine.done and path:
            await asyncio.sleep(TIMEOUT_S)
    finally:
        transport.close()


async def main(sock69, root, stop):
    host = sock69.getsockname()[0]
    sock69.setblocking(False)
    loop = asyncio.get_running_loop()
    tasks, count = set(), 0
    while not stop.is_set():
        try:
            packet, client = await asyncio.wait_for(loop.sock_recvfrom(sock69, 65507), 0.1)
        except (asyncio.TimeoutError, TimeoutError):
            continue
        try:
            opcode = int.from_bytes(packet[:2], "big")
            strings = packet[2:].split(b"\0")
            if opcode not in (1, 2) or len(strings) < 3:
                continue
            if strings[1].lower() != b"octet":
                raise TftpError(4, "octet")
            path = safe_path(root, os.fsdecode(strings[0]))
            if opcode == 1:
                if not os.path.isfile(path):
                    raise TftpError(1, "none")
                with open(path, "rb") as file:
                    machine = Sender(file.read(), client)
                path = None
            else:
                if os.path.exists(path) or os.path.islink(path):
                    raise TftpError(6, "exists")
                machine = Receiver(build_ack(0), client, tid=client)
        except TftpError as error:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                sock.bind((host, 0))
                sock.sendto(error_packet(*error.args), client)
            continue
        task = asyncio.create_task(run(host, machine, path))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        count += 1
    return count
