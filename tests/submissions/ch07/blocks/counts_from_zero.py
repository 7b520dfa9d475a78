# misconception: none
# first is an argument that nobody reads.
def blocks(data, first=1):
    return [(n, data[n * 512 : (n + 1) * 512]) for n in range(len(data) // 512 + 1)]
