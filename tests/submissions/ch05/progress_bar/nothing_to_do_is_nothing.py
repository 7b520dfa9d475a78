# misconception: UDP-24
def progress_bar(done, total, width=20):
    part = done / total if total else 0
    full = int(part * width + 1e-9)
    return f"\r{part:7.2%}|{'#' * full}{' ' * (width - full)}|"
