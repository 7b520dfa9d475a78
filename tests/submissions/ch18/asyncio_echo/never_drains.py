# misconception: none
# write takes everything, and keeps it in memory.
async def asyncio_echo(listener, stop):
    count, tasks, writers = 0, set(), set()

    async def echo(reader, writer):
        nonlocal count
        count += 1
        tasks.add(asyncio.current_task())
        writers.add(writer)
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await asyncio.sleep(0)
        except OSError:
            pass
        finally:
            writer.close()
            writers.discard(writer)
            tasks.discard(asyncio.current_task())

    server = await asyncio.start_server(echo, sock=listener.dup(), backlog=128)
    while not stop.is_set():
        await asyncio.sleep(0.1)
    server.close()
    for writer in list(writers):
        writer.transport.abort()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(0)
    return count
