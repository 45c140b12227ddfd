"""Markdown as blocks of styled text, whole or as it arrives. Knows no screen."""
