# misconception: none
def progress_bar(done, total, width=20):
    part = done / total if total else 1
    full = int(part * 20 + 1e-9)
    return f"\r{part:7.2%}|{'#' * full}{' ' * (20 - full)}|"
