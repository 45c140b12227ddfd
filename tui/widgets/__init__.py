"""Reusable parts of screens: they take values and post Messages, and never call a service."""
