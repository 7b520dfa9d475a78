# gather returns exceptions among the results.
async def download_all(urls: list[str], limit: int, timeout: float) -> dict[str, int | str]:
    turns = asyncio.Semaphore(limit)

    async def one(url):
        async with turns, asyncio.timeout(timeout):
            return len(await fetch(url))

    came = await asyncio.gather(*map(one, urls), return_exceptions=True)
    named = [type(each).__name__ if isinstance(each, Exception) else each for each in came]
    return dict(zip(urls, named))
