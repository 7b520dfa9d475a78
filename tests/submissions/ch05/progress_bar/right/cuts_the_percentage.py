# right: cuts the percentage
def progress_bar(done, total, width=20):
    hundredths = 10_000 * done // total if total else 10_000
    full = width * done // total if total else width
    percent = f"{hundredths // 100}.{hundredths % 100:02}%"
    return f"\r{percent:>7}|{'#' * full}{' ' * (width - full)}|"
