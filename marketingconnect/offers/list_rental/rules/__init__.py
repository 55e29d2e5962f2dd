"""What may be ordered, what is still missing, what may be downloaded (CGV CL)."""
