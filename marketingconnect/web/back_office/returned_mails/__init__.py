"""Mails that a person reads and decides: recipients' answers, and what names none of ours."""
