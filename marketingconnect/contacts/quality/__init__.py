"""How good the addresses of a file are: what a provider will refuse, and what a person mistyped."""
