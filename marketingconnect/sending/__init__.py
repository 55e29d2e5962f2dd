"""Campaigns on their way out: frozen audience, chunks, one outcome a recipient (CGV B.1.5, B.1.6).

Nobody is skipped, nobody is written to twice, and what nobody can know is shown as doubtful.
"""
