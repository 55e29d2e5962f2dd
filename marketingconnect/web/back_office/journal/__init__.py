"""The journal of a company or subject."""
