"""What is kept on disk. The only user of TinyDB."""
