# right: character by character
def progress_bar(done, total, width=20):
    part = 1.0
    if total > 0:
        part = done / total
    line = "\r%6.2f%%|" % (part * 100)
    for place in range(1, width + 1):
        line += "#" if not total or place * total <= width * done else " "
    return line + "|"
