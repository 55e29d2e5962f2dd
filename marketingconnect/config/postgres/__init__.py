"""The PostgreSQL the platform runs by itself when no DATABASE_URL is given. Free of Django.

``ensure_running(var)`` is all that a program needs; ``docs/operations.md`` tells the rest.
"""

from marketingconnect.config.postgres.client import (
    Status,
    ensure_running,
    leave,
    release,
    status,
    stop,
)
from marketingconnect.config.postgres.errors import PostgresError

__all__ = ["PostgresError", "Status", "ensure_running", "leave", "release", "status", "stop"]
