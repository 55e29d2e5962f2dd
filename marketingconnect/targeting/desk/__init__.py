"""The counting desk: the counting process when one listens, this very process otherwise.

Every chapter counts through `ask`, and never opens an index by itself.
"""

from functools import cache

from django.conf import settings

from marketingconnect.targeting.desk import remote
from marketingconnect.targeting.desk.office import Office
from marketingconnect.targeting.desk.questions import (
    Answer,
    DeskError,
    NoReleaseError,
    Question,
    StepAnswer,
)

__all__ = [
    "Answer",
    "DeskError",
    "NoReleaseError",
    "Office",
    "Question",
    "StepAnswer",
    "ask",
    "office",
]


def ask(question: Question) -> Answer:
    """Count. Raises DeskError, and InvalidCriteriaError for what means nothing."""
    if settings.COUNTER_SOCKET:
        answer = remote.answer(settings.COUNTER_SOCKET, question)
        if answer is not None:
            return answer
    return office().answer(question)


@cache
def office() -> Office:
    """The desk of this process."""
    return Office()
