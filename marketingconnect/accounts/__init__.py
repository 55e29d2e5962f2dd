"""Companies, users, agents, staff roles, credentials and sessions (CGV II.1.a, III.a)."""
