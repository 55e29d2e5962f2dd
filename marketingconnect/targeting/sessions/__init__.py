"""Live sessions: a client and an advisor look at the same target (CGV B.1.3, CL.4).

A session is opened on one target, by the client or by an advisor for a client; each change, each
arrival and each departure is an event with its author. PostgreSQL tells listeners that an event
was written; whoever lost the line reads the events it missed by their numbers.
"""
