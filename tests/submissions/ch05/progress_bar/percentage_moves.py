# misconception: none
def progress_bar(done, total, width=20):
    part = done / total if total else 1
    full = int(part * width + 1e-9)
    return f"\r{part:.2%}|{'#' * full}{' ' * (width - full)}|"
