"""The stream of live sessions: a small ASGI program, server-sent events, nothing else.

An address carries a signed token for one session and one person. PostgreSQL wakes the program on
one connection; events are read on another one, by their numbers, so that nothing is missed.
"""
