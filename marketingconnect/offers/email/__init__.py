"""EmailConnect: the composition of an e-mail campaign and what it still lacks (CGV B)."""
