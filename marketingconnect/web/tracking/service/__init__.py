"""Clicks, openings and unsubscriptions apart from the site: bare RSGI, durable before the answer.

Visits are written by COPY, a few milliseconds' worth in a transaction, and answered once it is
committed. When the database is away they are kept in a file of this machine, synced before the
answer, and written as soon as it is back; their keys make a second writing harmless.
"""
