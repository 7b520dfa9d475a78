# right: pads
def progress_bar(done, total, width=20):
    if not total:
        done, total = 1, 1
    percent = f"{100 * done / total:.2f}%".rjust(7)
    return "\r" + percent + "|" + ("#" * (width * done // total)).ljust(width) + "|"
