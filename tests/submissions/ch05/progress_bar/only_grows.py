# misconception: UDP-18
def progress_bar(done, total, width=20):
    part = done / total if total else 1
    return f"\r{part:7.2%}|{'#' * int(part * width + 1e-9)}"
