"""The living style page: every component with its states and the lines to copy."""
