"""`make bench`: chinwag in a real pseudo-terminal, beside the least that others cost on the same machine.

`lab` starts programs and replies, `driven` measures them, `reading` and `streaming` say what is measured, `table` what is
wanted. Machines differ and are noisy, so read the ratios, and CPU seconds before wall time. Figures are medians.
"""
