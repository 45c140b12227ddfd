"""The checks of `chinwag doctor`, one after the other. Nothing is printed here."""
