"""What the screens ask for. Free of Textual."""
