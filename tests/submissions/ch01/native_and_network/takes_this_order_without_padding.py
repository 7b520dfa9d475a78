# misconception: TXT-07
def native_and_network(fmt):
    return struct.calcsize("=" + fmt), struct.calcsize("!" + fmt)
