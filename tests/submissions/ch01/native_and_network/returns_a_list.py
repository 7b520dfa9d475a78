# misconception: none
def native_and_network(fmt):
    return [struct.calcsize(fmt), struct.calcsize("!" + fmt)]
