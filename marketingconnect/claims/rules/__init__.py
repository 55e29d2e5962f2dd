"""What a delivery finally costs, which returns count, what a claim obtains (CGV CL.6, CL.9)."""
