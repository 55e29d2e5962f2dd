"""Templates, editor, checks, proofs, validation."""
