"""The advisor's side of live sessions: who waits, whose target, and the same screen."""
