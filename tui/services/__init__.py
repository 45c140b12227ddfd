"""What the screens use. Free of Textual."""
