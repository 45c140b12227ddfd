"""Conversations from files: chinwag's own, and what other programs export."""
