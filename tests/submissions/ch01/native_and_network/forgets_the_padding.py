# misconception: TXT-07
def native_and_network(fmt):
    return sum(map(struct.calcsize, fmt)), struct.calcsize("!" + fmt)
