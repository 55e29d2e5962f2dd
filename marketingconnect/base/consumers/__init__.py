"""Suppliers' files of consumers: read, cleaned, proved, merged into one record a person (CGV Def).

A file is read once into a folder of its own, a block at a time, so that a killed import goes on
where it stopped; each release is then made of all the active files.
"""
