"""The demo as one command: everything started in order, watched, started again, stopped in order.

Free of Django: what needs it runs in child processes.
"""
