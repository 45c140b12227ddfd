"""The chat: one conversation on the screen, and everything that can be done in it."""
