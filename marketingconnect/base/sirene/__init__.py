"""INSEE's register of businesses: stock files read, matched and loaded into a release (CGV CL.5).

`layout` says what the files look like, `synthetic` makes false ones of the same shape, `reading`
turns them into typed Parquet, `matching` into rows of the base, `services` loads and publishes.
"""
