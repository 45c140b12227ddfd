"""Messages as rows of segments, at a width and in the colours of a theme."""
