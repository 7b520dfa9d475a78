# A TaskGroup, whose tasks catch their own errors.
async def download_all(urls: list[str], limit: int, timeout: float) -> dict[str, int | str]:
    turns, sizes = asyncio.Semaphore(limit), {url: 0 for url in urls}

    async def one(url):
        async with turns:
            try:
                async with asyncio.timeout(timeout):
                    sizes[url] = len(await fetch(url))
            except Exception as error:
                sizes[url] = error.__class__.__name__

    async with asyncio.TaskGroup() as group:
        for url in urls:
            group.create_task(one(url))
    return sizes
