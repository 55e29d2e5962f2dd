"""Invented people for tests, the demonstration and measures: nobody of them exists.

Names are drawn from a package with their frequencies, streets are composed, telephone numbers are
those the regulator keeps for fiction, e-mail addresses end at example.org or .test.
"""
