"""The client's own HTML, cleaned of all that has no place in an e-mail (CGV B.1.1)."""
