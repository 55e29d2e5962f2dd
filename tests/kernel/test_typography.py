"""Spaces that never break, in sentences and in errors."""

import pickle

from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.kernel.typography import non_breaking


def test_french_marks_hold_to_their_word() -> None:
    assert non_breaking("Prêt ? « Oui » : 20 %, 3 € ; voilà !") == (
        "Prêt\u00a0? «\u00a0Oui\u00a0»\u00a0: 20\u00a0%, 3\u00a0€\u00a0; voilà\u00a0!"
    )
    assert non_breaking("à 14:32 sur https://example.org?x=1") == (
        "à 14:32 sur https://example.org?x=1"
    )


def test_a_refused_value_carries_a_code_and_a_sentence_and_survives_a_process() -> None:
    error = pickle.loads(pickle.dumps(InvalidValueError("some_code", "Vérifiez : il manque.")))  # noqa: S301

    assert (error.code, error.message) == ("some_code", "Vérifiez\u00a0: il manque.")
    assert str(error) == error.message
