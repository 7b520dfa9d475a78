# misconception: none
# the bar for nothing is 20 wide, whatever width is
def progress_bar(done, total, width=20):
    if total == 0:
        return "\r100.00%|" + "#" * 20 + "|"
    bar = "#" * (width * done // total)
    return f"\r{done / total:7.2%}|{bar:<{width}}|"
