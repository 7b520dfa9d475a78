# misconception: none
# Who looks again and again reads nothing.
def upper_server(listener, stop):
    while True:
        if stop.is_set():
            return 0
