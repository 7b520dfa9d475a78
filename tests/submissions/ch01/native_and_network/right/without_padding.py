def native_and_network(fmt: str) -> tuple[int, int]:
    return struct.Struct(fmt).size, struct.Struct("=" + fmt).size
