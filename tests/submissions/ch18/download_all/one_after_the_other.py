# misconception: COR-12
# One download at a time.
async def download_all(urls: list[str], limit: int, timeout: float) -> dict[str, int | str]:
    sizes = {}
    for url in urls:
        try:
            async with asyncio.timeout(timeout):
                sizes[url] = len(await fetch(url))
        except Exception as error:
            sizes[url] = type(error).__name__
    return sizes
