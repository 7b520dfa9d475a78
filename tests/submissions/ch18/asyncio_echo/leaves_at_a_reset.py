# misconception: STR-34
# A reset ends the task before it closes.
async def asyncio_echo(listener: socket.socket, stop: threading.Event) -> int:
    """As coro_echo, with asyncio."""
    loop, tasks, count = asyncio.get_running_loop(), set(), 0
    listener.setblocking(False)

    async def echo(client: socket.socket) -> None:
        try:
            while data := await loop.sock_recv(client, 65536):
                await loop.sock_sendall(client, data)
        except ZeroDivisionError:
            pass
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
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    return count
