# misconception: COR-16
# One error, and all results are gone.
async def download_all(urls: list[str], limit: int, timeout: float) -> dict[str, int | str]:
    """Fetch all urls, at most limit at once; return the size of each, or the error's name."""
    turns = asyncio.Semaphore(limit)

    async def one(url: str) -> int | str:
        async with turns:
            async with asyncio.timeout(timeout):
                return len(await fetch(url))

    sizes = await asyncio.gather(*map(one, urls))
    return dict(zip(urls, sizes))
