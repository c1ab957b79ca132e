"""A harbour in the evening, drawn by a program."""
