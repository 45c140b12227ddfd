"""The model that comes along: an engine in a child process, and its weights."""
