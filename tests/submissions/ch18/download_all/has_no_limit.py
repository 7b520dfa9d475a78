# misconception: COR-18
# All at once.
async def download_all(urls: list[str], limit: int, timeout: float) -> dict[str, int | str]:
    """Fetch all urls, at most limit at once; return the size of each, or the error's name."""
    turns = asyncio.Semaphore(1000)

    async def one(url: str) -> int | str:
        async with turns:
            try:
                async with asyncio.timeout(timeout):
                    return len(await fetch(url))
            except Exception as error:
                return type(error).__name__

    sizes = await asyncio.gather(*map(one, urls))
    return dict(zip(urls, sizes))
