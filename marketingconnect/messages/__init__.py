"""Templates, editor content, checks, proofs, validation and moderation (CGV B.1.1, B.1.2, B.2)."""
