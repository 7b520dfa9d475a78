# misconception: COR-11
# The dict is in the order in which downloads ended.
async def download_all(urls: list[str], limit: int, timeout: float) -> dict[str, int | str]:
    turns, sizes = asyncio.Semaphore(limit), {}

    async def one(url):
        async with turns:
            try:
                async with asyncio.timeout(timeout):
                    size = len(await fetch(url))
            except Exception as error:
                size = type(error).__name__
        sizes[url] = size

    await asyncio.gather(*map(one, urls))
    return sizes
