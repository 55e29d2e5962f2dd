"""Work queues by role."""
