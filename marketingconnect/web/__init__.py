"""Audiences: parse, authorise, call one service or query, render."""
