"""Figures that bind: late bounces count until the window ends, and a stranger counts them again."""

import csv
import gzip
import io
import json
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from marketingconnect import cli, storage
from marketingconnect.audit.models import JournalEntry
from marketingconnect.catalogue.demo_data import publish_demo_operator
from marketingconnect.sending import queries
from marketingconnect.sending.models import Campaign, ReturnEvent
from marketingconnect.sending.services import freeze_figures
from marketingconnect.sending.services.outcomes import Result, record_outcomes
from marketingconnect.sending.states import ABOUTIS, CampaignState, Outcome
from marketingconnect.signature.archive import pack, unpack
from marketingconnect.signature.providers import current_provider
from marketingconnect.signature.verification.errors import InvalidSignatureError
from marketingconnect.statements.figures import COLUMNS, StatementFigures, counted
from marketingconnect.statements.models import CampaignStatement
from marketingconnect.statements.services import make_missing_statements
from marketingconnect.statements.sheet import sheet_of
from marketingconnect.statements.verification import check_statement
from marketingconnect.statistics.queries import totals_of
from tests.sale import CLERK
from tests.sending.factories import NOON, make_campaign

WINDOW = timedelta(hours=72)
OUTCOMES = (
    Result(1, Outcome.ACCEPTED, "", 250, "ok", NOON),
    Result(2, Outcome.RELAYED, "", 250, "queued", NOON),
    Result(3, Outcome.RELAYED, "", 250, "queued for a3@example.org", NOON),
    Result(4, Outcome.UNDELIVERED, "mailbox_unknown", 550, "5.1.1 unknown", NOON),
    Result(5, Outcome.UNCERTAIN, "", None, "", NOON),
    Result(6, Outcome.NOT_SENT, "suppressed", None, "", NOON),
    Result(7, Outcome.RELAYED, "", 250, "queued", NOON),
)


def sent_out() -> Campaign:
    """Seven recipients, one of each kind, sent at noon."""
    publish_demo_operator(actor=CLERK, now=NOON - timedelta(days=1))
    campaign = make_campaign([f"a{n}@example.org" for n in range(1, 8)])
    record_outcomes(campaign.pk, OUTCOMES, fresh=True)
    began = NOON - timedelta(microseconds=1234)
    facts = {"state": CampaignState.SENT_OUT, "finished_at": NOON, "started_at": began}
    Campaign.objects.filter(pk=campaign.pk).update(**facts)
    return Campaign.objects.get(pk=campaign.pk)


def bounce(
    campaign: Campaign,
    position: int,
    *,
    after: timedelta,
    kind: str = "bounce",
    words: str = "over quota",
) -> None:
    at = NOON + after
    ReturnEvent.objects.create(
        campaign=campaign,
        position=position,
        kind=kind,
        hard=True,
        cause="mailbox_full" if kind == "bounce" else "",
        words=words,
        source="smtp",
        event_key=f"{campaign.pk}:{position}:{kind}:{after}",
        at=at,
        received_at=at,
    )


def frozen(campaign: Campaign) -> bytes:
    at = NOON + WINDOW
    freeze_figures(campaign.pk, now=at)
    assert make_missing_statements(now=at) == 1
    made = CampaignStatement.objects.get()
    with storage.open(made.evidence) as stream:
        return stream.read()


@pytest.mark.django_db
def test_a_bounce_counts_to_the_last_instant_of_the_window_and_once() -> None:
    campaign = sent_out()
    before = queries.figures(campaign.pk)
    just_in = WINDOW - timedelta(microseconds=1)
    bounce(campaign, 2, after=just_in)
    bounce(campaign, 2, after=timedelta(hours=1), kind="other")
    bounce(campaign, 2, after=timedelta(hours=2))
    bounce(campaign, 3, after=WINDOW)
    bounce(campaign, 4, after=timedelta(hours=1))
    bounce(campaign, 5, after=timedelta(hours=1))
    bounce(campaign, 1, after=timedelta(hours=1), kind="complaint")

    after = queries.figures(campaign.pk)

    assert (before.delivered, before.relayed, before.uncertain) == (4, 3, 1)
    assert (after.delivered, after.relayed, after.uncertain) == (3, 2, 0)
    assert after.undelivered_by_cause == {"mailbox_unknown": 1, "mailbox_full": 2}
    assert (after.sent, after.not_sent, after.pending) == (6, 1, 0)
    totals = totals_of([campaign.pk])[campaign.pk]
    assert (totals.delivered, totals.undelivered, totals.uncertain) == (3, 3, 0)


@pytest.mark.django_db
def test_each_figure_opens_the_recipients_it_counts() -> None:
    campaign = sent_out()
    bounce(campaign, 2, after=timedelta(hours=1))
    bounce(campaign, 5, after=timedelta(hours=1))

    def places(*outcomes: str, cause: str = "", after: int = 0, limit: int = 50) -> list[int]:
        found = queries.recipients_with(
            campaign.pk, outcomes=outcomes, cause=cause, after=after, limit=limit
        )
        return [one.position for one in found]

    assert places(*ABOUTIS) == [1, 3, 7]
    assert places(Outcome.UNDELIVERED) == [2, 4, 5]
    assert places(Outcome.UNDELIVERED, cause="mailbox_full") == [2, 5]
    assert places(Outcome.UNDELIVERED, after=2, limit=1) == [4]
    assert places(Outcome.UNCERTAIN) == []
    states = [one.outcome for one in queries.all_recipients(campaign.pk)]
    assert states[1] == states[4] == Outcome.UNDELIVERED


@pytest.mark.django_db
def test_a_frozen_campaign_has_one_statement_that_a_stranger_counts_again(
    signing: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    campaign = sent_out()
    bounce(campaign, 2, after=timedelta(hours=1))
    archive = frozen(campaign)

    found = check_statement(archive)
    rows = list(csv.DictReader(io.StringIO(sheet_in(archive)), delimiter=";"))

    assert found.number == f"RL-2026-{campaign.pk:06}"
    assert (found.figures.delivered, found.figures.sold) == (3, 7)
    assert rows[1]["etat"] == "non_abouti"
    assert (rows[1]["adresse"], rows[1]["reponse_du_retour"]) == ("a2@example.org", "over quota")
    assert make_missing_statements(now=NOON + WINDOW) == 0
    assert JournalEntry.objects.filter(action="statement.made").count() == 1
    file = tmp_path / "releve.zip"
    file.write_bytes(archive)
    assert cli.main(["verify_statement", str(file)]) == 0
    assert "3 aboutis" in capsys.readouterr().out.replace("\u00a0", " ")
    with pytest.raises(DatabaseError), transaction.atomic():
        CampaignStatement.objects.update(number="RL-1")


@pytest.mark.django_db
def test_of_the_operators_base_the_rank_stands_for_the_address(signing: Path) -> None:
    campaign = sent_out()
    bounce(
        campaign,
        1,
        after=timedelta(hours=1),
        words="host mx.test said: 550 <perso@ailleurs.test> unknown",
    )
    campaign.contact_file_id = None
    text = "".join(sheet_of(campaign))

    assert "example.org" not in text
    assert "queued for …" in text
    assert "host mx.test said: 550 <…> unknown" in text


@pytest.mark.django_db
def test_a_server_that_answers_with_a_formula_runs_nothing_in_a_spreadsheet() -> None:
    campaign = make_campaign(["=1+1@example.org"])
    told = Result(1, Outcome.UNDELIVERED, "other", 550, '=HYPERLINK("http://x.test")', NOON)
    record_outcomes(campaign.pk, [told], fresh=True)

    [row] = csv.DictReader(io.StringIO("".join(sheet_of(campaign))), delimiter=";")

    assert row["adresse"] == "'=1+1@example.org"
    assert row["reponse"].startswith("'=HYPERLINK")


@pytest.mark.django_db
def test_nothing_bears_the_name_of_a_statement_without_its_seal(
    signing: Path, settings: Settings
) -> None:
    """It waits, and is made as soon as the platform can seal again."""
    campaign = sent_out()
    freeze_figures(campaign.pk, now=NOON + WINDOW)
    passphrase, settings.AUTHORITY_PASSPHRASE = settings.AUTHORITY_PASSPHRASE, "une autre"

    assert make_missing_statements(now=NOON + WINDOW) == 0
    assert not CampaignStatement.objects.exists()
    settings.AUTHORITY_PASSPHRASE = passphrase
    assert make_missing_statements(now=NOON + WINDOW) == 1


@pytest.mark.django_db
def test_whatever_is_changed_is_seen(signing: Path) -> None:
    files = unpack(frozen(sent_out()))
    sheet = sheet_in(pack(files)).replace("non_abouti;mailbox_unknown", "abouti;", 1)
    forged = gzip.compress(sheet.encode(), mtime=0)
    manifest = json.loads(files["manifest.json"])
    manifest["figures"]["delivered"] += 1

    for changed in (
        files | {"destinataires.csv.gz": forged},
        files | {"manifest.json": json.dumps(manifest).encode()},
        sealed_again(files, sheet=forged),
        sealed_again(files, sheet=forged, delivered=1),
        files | {"releve.pdf": files["releve.pdf"].replace(b"/Title", b"/Titre", 1)},
        {name: content for name, content in files.items() if name != "journal.json"},
    ):
        with pytest.raises(InvalidSignatureError):
            check_statement(pack(changed))


def sealed_again(
    files: Mapping[str, bytes], *, sheet: bytes, delivered: int = 0
) -> dict[str, bytes]:
    """By an operator that would lie with its own seal: the journal's figures give it away."""
    manifest = json.loads(files["manifest.json"])
    changed = dict(files) | {"destinataires.csv.gz": sheet}
    manifest["files"]["destinataires.csv.gz"] = {
        "sha256": sha256(sheet).hexdigest(),
        "bytes": len(sheet),
    }
    if delivered:
        figures = manifest["figures"]
        figures |= {
            "delivered": figures["delivered"] + 1,
            "delivered_to_final_server": figures["delivered_to_final_server"] + 1,
            "undelivered": {},
        }
    content = json.dumps(manifest).encode()
    seal = current_provider().seal(content, at=NOON + WINDOW)
    return changed | {
        "manifest.json": content,
        "manifest.tst": seal.timestamp,
        "manifest.p7s": seal.signature,
    }


def sheet_in(archive: bytes) -> str:
    return gzip.decompress(unpack(archive)["destinataires.csv.gz"]).decode()


STATES = st.sampled_from(["abouti", "abouti_relais", "non_abouti", "en_doute", "non_envoye"])


@given(st.lists(st.tuples(STATES, st.sampled_from(["", "x", "y"])), max_size=30))
def test_the_figures_are_the_sum_of_the_rows(drawn: list[tuple[str, str]]) -> None:
    rows = [
        dict.fromkeys(COLUMNS, "") | {"rang": str(place), "etat": state, "motif": why}
        for place, (state, why) in enumerate(drawn, start=1)
    ]

    found = counted(rows, sold=len(rows))

    assert found.sent + found.uncertain + sum(found.not_sent.values()) == len(rows)
    with pytest.raises(ValueError, match="row 1"):
        counted([*rows[1:], dict.fromkeys(COLUMNS, "")], sold=1)
    assert isinstance(found, StatementFigures)
