"""Stand-ins for the outside world that run for real: a mail catcher and a bank."""
