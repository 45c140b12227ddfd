"""A conversation as a file for people and for other programs."""
