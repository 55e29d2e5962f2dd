"""What the common terms decide about a contract (CGV III), without a database."""
