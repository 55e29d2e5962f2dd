"""One-click unsubscribe: the hot path, no login session."""
