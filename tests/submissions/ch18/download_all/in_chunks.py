# misconception: none
# The next begin only when the whole chunk has ended.
async def download_all(urls: list[str], limit: int, timeout: float) -> dict[str, int | str]:
    """Fetch all urls, at most limit at once; return the size of each, or the error's name."""

    async def one(url: str) -> int | str:
        try:
            async with asyncio.timeout(timeout):
                return len(await fetch(url))
        except Exception as error:
            return type(error).__name__

    sizes = []
    for n in range(0, len(urls), limit):
        sizes += await asyncio.gather(*map(one, urls[n : n + limit]))
    return dict(zip(urls, sizes))
