"""Programs as the classroom notes have them, with their mistakes: to be run beside better ones."""

__all__: list[str] = []
