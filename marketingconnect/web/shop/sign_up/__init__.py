"""Registration, e-mail confirmation, log-in, passwords."""
