"""What is stored on disk. The only user of TinyDB."""
