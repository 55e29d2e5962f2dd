"""After a delivery: its final price, mail that came back, claims and their ends (CGV CL.6)."""
