"""Mails received that name no message of ours: a person reads them and decides."""
