"""From a file found elsewhere to the delivery it was taken from, or to none."""
