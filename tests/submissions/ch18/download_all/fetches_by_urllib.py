# misconception: COR-12
# urlopen waits by itself, and with it the whole loop.
async def download_all(urls: list[str], limit: int, timeout: float) -> dict[str, int | str]:
    """Fetch all urls, at most limit at once; return the size of each, or the error's name."""
    from urllib.request import urlopen

    turns = asyncio.Semaphore(limit)

    async def one(url: str) -> int | str:
        async with turns:
            try:
                return len(urlopen(url, timeout=timeout).read())
            except Exception as error:
                return type(error).__name__

    sizes = await asyncio.gather(*map(one, urls))
    return dict(zip(urls, sizes))
