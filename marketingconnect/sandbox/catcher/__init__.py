"""A real SMTP server that delivers nowhere: it keeps each message and a ledger of all of them.

``marketingconnect mail_catcher --port P --dir D`` writes two append-only files below ``D``:
``messages.dat`` (the messages, end to end) and ``ledger.jsonl`` (one line each). A message is
answered 250 only once both are written, so a killed catcher has no message that it did not
acknowledge twice and lost none that it did. What it refuses is in ``refusals.jsonl``.

Some recipients are refused on purpose, by words in the local part of their address:

- ``bounce-user-unknown`` or ``refuse-550``: 550 5.1.1, unknown for good;
- ``mailbox-full``: 452 4.2.2, full at each try;
- ``defer``: 451 4.3.0 at the first try of each address, accepted afterwards;
- ``refuse-content``: 554 5.7.1 once the message is read.

``Ledger(dir)`` reads it all, while the catcher writes or not.
"""

from marketingconnect.sandbox.catcher.ledger import Entry, Ledger, Page, Refusal
from marketingconnect.sandbox.catcher.message import Attachment, CaughtMessage

__all__ = ["Attachment", "CaughtMessage", "Entry", "Ledger", "Page", "Refusal"]
