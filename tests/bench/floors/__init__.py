"""What chinwag is measured against: the least that others cost."""
