"""A smart SMTP sink: answers as large providers do, fails as they do, and keeps its own ledger.

`python -m bench.sink --help` starts one. What becomes of a message is drawn from the seed and its
recipient alone, so that whoever judges a campaign can say beforehand what must have happened.
"""
