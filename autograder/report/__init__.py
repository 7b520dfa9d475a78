"""What came of an exercise, as text and as HTML."""
