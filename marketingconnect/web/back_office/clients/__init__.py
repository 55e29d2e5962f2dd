"""Companies, users, credentials, mandates."""
