"""ListConnect: rented files of addresses, from the order to the settlement (CGV CL)."""
