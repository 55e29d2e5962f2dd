"""Ask the counting desk, and put its answers in the words of the screen."""
