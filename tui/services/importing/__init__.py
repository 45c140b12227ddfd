"""Importing conversations from chinwag's own files and from other programs' exports."""
