"""Writing the next version, and publishing it for a day that clients can refuse before."""

from datetime import UTC, date, datetime

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from marketingconnect.audit.models import JournalEntry
from marketingconnect.terms import queries
from marketingconnect.terms.drafting import draft_problems, with_header, without_header
from marketingconnect.terms.errors import NotPublishableTermsError, StaleDraftError
from marketingconnect.terms.models import TermsDraft, TermsVersion
from marketingconnect.terms.parameters import InvalidParametersError
from marketingconnect.terms.services import (
    accept_terms,
    discard_draft,
    ensure_terms_published,
    publish_draft,
    save_draft,
    start_draft,
)
from marketingconnect.terms.services.changes import TELL
from marketingconnect.terms.texts import parse_terms, published_texts
from tests.cast import Cast
from tests.sale import NOON

pytestmark = pytest.mark.django_db
LATEST = published_texts()[-1]
START = date(2027, 3, 1)
NEXT = LATEST.number + 1


@pytest.fixture
def draft(cast: Cast) -> TermsDraft:
    ensure_terms_published(NOON)
    return start_draft(by=cast.admin, now=NOON)


def save(cast: Cast, draft: TermsDraft, **given: object) -> TermsDraft:
    return save_draft(revision=draft.revision, by=cast.admin, now=NOON, **given)  # type: ignore[arg-type]


def changed(cast: Cast, draft: TermsDraft) -> TermsDraft:
    """A delay of 45 days instead of 30, in the text and in the figures."""
    body = draft.body.replace("a 30\u00a0jours à compter", "a 45\u00a0jours à compter")
    body = body.replace("a 30 jours à compter", "a 45 jours à compter")
    parameters = {**draft.parameters, "change_notice_days": 45}
    return save(cast, draft, body=body, parameters=parameters)


def publish(cast: Cast, draft: TermsDraft, start: date = START) -> TermsVersion:
    return publish_draft(revision=draft.revision, in_force_from=start, by=cast.admin, now=NOON)


def test_a_draft_starts_as_a_copy_and_there_is_one(draft: TermsDraft, cast: Cast) -> None:
    assert (draft.number, draft.title) == (NEXT, LATEST.title)
    assert with_header(draft.body, LATEST.number, LATEST.title, LATEST.in_force_from) == LATEST.text
    assert start_draft(by=cast.admin, now=NOON) == draft
    assert JournalEntry.objects.filter(action="terms.draft_started").count() == 1


def test_a_published_draft_is_a_version_with_its_own_figures(draft: TermsDraft, cast: Cast) -> None:
    version = publish(cast, changed(cast, draft))

    assert not TermsDraft.objects.exists()
    assert (version.number, version.origin, version.published_by) == (NEXT, "operator", cast.admin)
    assert version.sha256 == parse_terms(version.text).sha256
    assert parse_terms(version.text).in_force_from == version.in_force_from == START
    assert queries.parameters_of(version).change_notice_days == 45
    before = queries.version_of(LATEST.number)
    assert before is not None
    assert queries.changed_settings(before, version) == [("change_notice_days", 30, 45)]
    assert queries.current_terms(date(2027, 2, 28)).number == LATEST.number
    assert queries.current_terms(START) == version
    change = queries.changes_to_come(date(2027, 2, 28)).get()
    assert (change.kind, change.number) == ("terms", NEXT)


def test_the_operator_s_own_text_replaces_those_that_ship(draft: TermsDraft, cast: Cast) -> None:
    """A file that a later release ships under the same number is not an accident."""
    version = publish(cast, changed(cast, draft))

    ensure_terms_published(datetime(2027, 4, 1, tzinfo=UTC))

    assert TermsVersion.objects.latest("number") == version


def test_clients_can_refuse_before_a_version_starts(draft: TermsDraft, cast: Cast) -> None:
    terms = queries.current_terms(date(2026, 11, 23))
    accept_terms(
        version=terms,
        sha256=terms.sha256,
        company=cast.bakery,
        user=cast.alice,
        means="online_checkout",
        at=NOON,
        on=date(2026, 11, 23),
    )
    draft = changed(cast, draft)
    late = datetime(2027, 1, 29, 23, 0, tzinfo=UTC)  # the 30th in Paris

    with pytest.raises(NotPublishableTermsError, match="01/04/2027"):
        publish_draft(revision=draft.revision, in_force_from=START, by=cast.admin, now=late)
    assert not ProcrastinateJob.objects.filter(task_name=TELL).exists()

    publish(cast, draft)
    assert ProcrastinateJob.objects.filter(task_name=TELL).count() == 1


def test_a_version_starts_after_the_last_one(draft: TermsDraft, cast: Cast) -> None:
    draft = changed(cast, draft)

    with pytest.raises(NotPublishableTermsError, match="dernier"):
        publish(cast, draft, LATEST.in_force_from)
    with pytest.raises(NotPublishableTermsError, match="à venir"):
        publish(cast, draft, date(2026, 11, 23))
    assert TermsDraft.objects.exists()


def test_a_draft_that_says_nothing_new_is_not_published(draft: TermsDraft, cast: Cast) -> None:
    with pytest.raises(NotPublishableTermsError, match="version précédente"):
        publish(cast, draft)


def test_two_people_do_not_save_over_each_other(draft: TermsDraft, cast: Cast) -> None:
    save(cast, draft, title="Conditions")

    with pytest.raises(StaleDraftError):
        save(cast, draft, title="Autre titre")
    with pytest.raises(StaleDraftError):
        publish(cast, draft)
    with pytest.raises(StaleDraftError):
        discard_draft(revision=draft.revision, by=cast.admin, now=NOON)
    assert TermsDraft.objects.get().title == "Conditions"


def test_a_figure_out_of_its_range_is_refused(draft: TermsDraft, cast: Cast) -> None:
    with pytest.raises(InvalidParametersError, match="change_notice_days"):
        save(cast, draft, parameters={**draft.parameters, "change_notice_days": 0})


def test_a_draft_may_be_thrown_away(draft: TermsDraft, cast: Cast) -> None:
    discard_draft(revision=draft.revision, by=cast.admin, now=NOON)

    assert queries.draft() is None
    assert JournalEntry.objects.filter(action="terms.draft_discarded").count() == 1


def test_only_an_administrator_writes_the_terms(draft: TermsDraft, cast: Cast) -> None:
    for person in [*cast.staff[:-1], cast.alice]:
        with pytest.raises(NotPublishableTermsError, match="administrateur"):
            start_draft(by=person, now=NOON)
        with pytest.raises(NotPublishableTermsError, match="administrateur"):
            publish_draft(revision=1, in_force_from=START, by=person, now=NOON)


BODY = without_header(LATEST.text)


@pytest.mark.parametrize(
    ("body", "title", "problem"),
    [
        (BODY, "", "titre"),
        (BODY.replace("### III.j — ", "### III.z — "), "CGV", "L’article III.j manque"),
        (BODY + "\n### III.j — Encore\n\nTexte.\n", "CGV", "L’article III.j figure deux fois"),
        (BODY + "\n### III.z — Vide\n", "CGV", "L’article III.z n’a pas de texte"),
        (BODY + "\n### Sans numéro\n\nTexte.\n", "CGV", "1 titre d’article ne se lit pas"),
        (BODY, "CGV", "version précédente"),
    ],
)
def test_what_keeps_a_text_from_being_published(body: str, title: str, problem: str) -> None:
    assert any(problem in found for found in draft_problems(body, title=title, latest=LATEST))


def test_a_new_article_may_be_added() -> None:
    body = BODY + "\n### III.o — Nouveau\n\nUn texte.\n"

    assert draft_problems(body, title="CGV", latest=LATEST) == []
