"""What a lesson imports: servers beside the notebook, bad networks, and pictures of both."""
