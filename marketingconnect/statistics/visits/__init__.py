"""Clicks and openings: written as they come, judged a little later, counted from the events."""
