"""From a chapter's source to its notebooks, and the proof that it judges right."""
