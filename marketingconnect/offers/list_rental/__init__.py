"""ListConnect: rented files of addresses, from the order to the delivery and after (CGV CL)."""
