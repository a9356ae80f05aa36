"""Measures the guide: what it understands, how fast it answers, and against what it was chosen."""
