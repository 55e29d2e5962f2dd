"""Several hands on one document at the same instant."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from marketingconnect.signature.errors import CodeRefusedError, TooManyCodesError
from marketingconnect.signature.models import SignatureCode
from marketingconnect.signature.services import retry_pending, send_code, sign_consented
from marketingconnect.signature.states import CodeVerdict, SignatureState
from tests.signature.desk import Desk, events_of, journal_of, wrong
from tests.signature.making import NOON

pytestmark = pytest.mark.django_db(transaction=True)
SOON = NOON + timedelta(seconds=30)
HANDS = 8


def at_once(act: Callable[[], object]) -> list[object]:
    """What each hand got: a value, or what refused it."""
    barrier = threading.Barrier(HANDS)

    def run(_: int) -> object:
        try:
            barrier.wait(timeout=20)
            return act()
        except (CodeRefusedError, TooManyCodesError) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(run, range(HANDS)))


def test_the_right_code_typed_many_times_at_once_signs_once(desk: Desk) -> None:
    request, code = desk.ready()

    got = at_once(lambda: desk.type(request, code, now=SOON))

    request.refresh_from_db()
    assert request.state == SignatureState.SIGNED
    refused = [one.verdict for one in got if isinstance(one, CodeRefusedError)]
    assert refused == [CodeVerdict.USED] * (HANDS - 1)
    assert events_of(request).count("signed") == 1
    assert journal_of(request).count("consent_given") == 1
    assert journal_of(request).count("code_refused") == HANDS - 1


def test_wrong_codes_at_once_get_no_more_tries_than_one_after_the_other(desk: Desk) -> None:
    request, code = desk.ready()

    got = at_once(lambda: desk.type(request, wrong(code), now=SOON))

    verdicts = [one.verdict for one in got if isinstance(one, CodeRefusedError)]
    assert sorted(verdicts) == [CodeVerdict.EXHAUSTED] * (HANDS - 5) + [CodeVerdict.WRONG] * 5
    assert SignatureCode.objects.get().wrong_tries == 5


def test_codes_asked_at_once_send_one_message(desk: Desk) -> None:
    request = desk.identify(desk.propose())

    got = at_once(lambda: send_code(request.pk, visitor=desk.alice, now=NOON))

    assert sum(isinstance(one, TooManyCodesError) for one in got) == HANDS - 1
    assert len(desk.texts()) == 1


def test_a_worker_and_a_page_sign_a_waiting_document_once(desk: Desk) -> None:
    request, code = desk.ready()
    desk.stop_keys()
    desk.type(request, code, now=SOON)
    desk.start_keys()

    at_once(lambda: (retry_pending(SOON), sign_consented(request.pk, now=SOON)))

    request.refresh_from_db()
    assert request.state == SignatureState.SIGNED
    assert events_of(request).count("signed") == 1
