"""Criteria named on the command line: a file, or `-` for what comes in."""

import sys
from pathlib import Path

from django.core.management.base import CommandError

from marketingconnect.targeting.criteria import Criteria, InvalidCriteriaError


def read_criteria(name: str) -> Criteria:
    """The criteria of a file. Raises CommandError with what is wrong, and where."""
    try:
        text = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise CommandError(f"« {name} » ne peut pas être lu : {error.strerror}.") from error
    try:
        return Criteria.from_text(text)
    except InvalidCriteriaError as error:
        raise CommandError(str(error)) from error
