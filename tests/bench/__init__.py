"""`make bench`: chinwag in a real pseudo-terminal, beside a bare Textual app on the same machine.

Machines differ and are noisy, so read the ratios, and CPU seconds before wall time. Figures are medians.
"""
