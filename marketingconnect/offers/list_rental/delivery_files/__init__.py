"""The files that a client downloads, the traps in them, and what lets a leak be traced."""
