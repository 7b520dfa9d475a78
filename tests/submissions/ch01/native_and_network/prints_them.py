# misconception: none
def native_and_network(fmt):
    print(struct.calcsize(fmt), struct.calcsize("!" + fmt))
