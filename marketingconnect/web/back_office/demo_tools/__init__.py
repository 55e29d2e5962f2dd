"""Inbox of the mail catcher, clock, style page."""
