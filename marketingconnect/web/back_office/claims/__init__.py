"""Claims about returned mail: admissible or not, counted, answered by accounting (CGV CL.6)."""
