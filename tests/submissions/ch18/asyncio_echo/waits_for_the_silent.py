# misconception: CON-04
# At the end it waits for whoever never speaks.
async def asyncio_echo(listener: socket.socket, stop: threading.Event) -> int:
    """As coro_echo, with asyncio."""
    loop, tasks, count = asyncio.get_running_loop(), set(), 0
    listener.setblocking(False)

    async def echo(client: socket.socket) -> None:
        try:
            while data := await loop.sock_recv(client, 65536):
                await loop.sock_sendall(client, data)
        except OSError:
            pass
        finally:
            client.close()

    accepting = asyncio.create_task(loop.sock_accept(listener))
    while not stop.is_set():
        await asyncio.wait({accepting}, timeout=0.1)
        if accepting.done():
            client, _ = accepting.result()
            client.setblocking(False)
            count += 1
            tasks.add(task := asyncio.create_task(echo(client)))
            task.add_done_callback(tasks.discard)
            accepting = asyncio.create_task(loop.sock_accept(listener))
    left = [accepting, *tasks]
    accepting.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    return count
