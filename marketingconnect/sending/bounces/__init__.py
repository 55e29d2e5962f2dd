"""Mails that come back: what each one says of one message. Pure: no framework, no database.

`classify(octets)` is the door; `mail` reads any octets, then one reader a shape looks at them.
"""

from marketingconnect.sending.bounces.classifying import Kind, Reading, classify

__all__ = ["Kind", "Reading", "classify"]
