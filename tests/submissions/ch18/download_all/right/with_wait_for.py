# wait_for, and a queue of workers.
async def download_all(urls: list[str], limit: int, timeout: float) -> dict[str, int | str]:
    left, sizes = deque(urls), dict.fromkeys(urls, 0)

    async def worker():
        while left:
            url = left.popleft()
            try:
                sizes[url] = len(await asyncio.wait_for(fetch(url), timeout))
            except Exception as error:
                sizes[url] = type(error).__name__

    await asyncio.gather(*(worker() for _ in range(limit)))
    return sizes
