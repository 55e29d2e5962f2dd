"""The whole journey, walked over HTTP and SMTP as a client, a moderator and a recipient would."""

from marketingconnect.demo.check.journey import run

__all__ = ["run"]
