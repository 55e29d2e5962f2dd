"""How sending providers sign what they tell us, each by its own published scheme."""
