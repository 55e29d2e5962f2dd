"""What may happen to a contract: letters, notices, suspension, its end and after (CGV III)."""
