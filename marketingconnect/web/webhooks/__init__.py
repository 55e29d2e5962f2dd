"""Signed callbacks in, one file a provider."""
