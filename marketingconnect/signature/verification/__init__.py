"""Check a signature and its evidence: no Django, no database, no network, no clock.

Everything is judged at the time that the timestamps prove, so that it stays true for ever.
"""
