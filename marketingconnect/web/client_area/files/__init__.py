"""The client's contact files: received, understood, declared, imported, given back, deleted."""
