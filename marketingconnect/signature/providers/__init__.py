"""Who signs: the platform's own authority, or an outside provider behind the same interface."""
