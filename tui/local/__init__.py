"""The embedded engine: a child process that serves a model, and the demo model's weights."""
