"""The guided order of a rented file, its deliveries, its returned mail and claims (CGV CL)."""
