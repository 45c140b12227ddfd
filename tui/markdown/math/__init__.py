"""Formulas of LaTeX, drawn with Unicode."""
