"""A campaign during which processes are killed with -9, and the judgement of what was sent.

A platform of its own (PostgreSQL, web server, worker, sender) sends one campaign to a mail catcher
that is never killed and appends each message it accepts to a ledger. At seeded moments spread over
the campaign a random process dies: the web server, the worker, the sender, PostgreSQL, or only the
sender's session in it. The ledger is then compared with what the platform says: each recipient
exactly once and recorded as accepted, or listed as doubtful and at most once; never twice, never
lost; no more doubts than messages in flight at the kills; figures equal to the ledger; the journal
intact.
"""
