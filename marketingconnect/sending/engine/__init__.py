"""The sender: a process that claims chunks, speaks SMTP and writes outcomes.

What survives a kill at any instant: a line in the spool before the end of a message can leave,
another when the server has answered. So after a crash each recipient is known: answered, never
started, or in flight, and only the last are doubtful.
"""
