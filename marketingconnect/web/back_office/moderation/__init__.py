"""Messages waiting for a decision."""
