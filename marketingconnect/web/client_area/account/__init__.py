"""Company, users, agents, security."""
