# misconception: none
def free_port(kind="tcp"):
    return 8642
