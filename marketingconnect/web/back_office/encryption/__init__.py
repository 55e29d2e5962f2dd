"""Which destinations ask for a proved encryption, and whether their servers give it."""
