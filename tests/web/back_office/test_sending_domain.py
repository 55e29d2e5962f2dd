"""An administrator makes a key, publishes it, has it checked, and puts it to use."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from marketingconnect.audit.models import JournalEntry
from marketingconnect.dns import Answer, Found
from marketingconnect.sending.domains.records import Record, Verdict, finding, records_of
from marketingconnect.sending.domains.states import KeyState
from marketingconnect.sending.models import DkimKey
from marketingconnect.web.back_office.sending_domain.pages import records
from tests.cast import Cast, logged_in
from tests.dns.name_server import serving

PAGE = reverse("back_office:sending_domain")


@pytest.fixture
def odile(cast: Cast) -> Client:
    return logged_in(cast.admin)


def zone_of(path: Path, records: list[Record]) -> Path:
    lines = [f"{one.name}. 60 IN {one.kind} {one.written}" for one in records]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["zone", "server"])
def test_a_key_signs_once_its_record_was_seen(
    odile: Client, tmp_path: Path, settings: object, asked: str
) -> None:
    odile.post(f"{PAGE}cles/nouvelle", {"algorithm": "rsa-sha256"})
    key = DkimKey.objects.get()
    early = odile.post(f"{PAGE}cles/{key.pk}/utiliser")
    assert early.status_code == 409
    assert "pas encore publiée" in early.content.decode()
    assert "BEGIN ENCRYPTED" in key.private_pem

    path = zone_of(tmp_path / "zone", records())
    with serving(path) as port:
        settings.DNS = f"zone:{path}" if asked == "zone" else f"127.0.0.1:{port}"  # type: ignore[attr-defined]
        page = odile.post(f"{PAGE}verifier").content.decode()
    assert page.count("En place") == 4
    odile.post(f"{PAGE}cles/{key.pk}/utiliser")
    odile.post(f"{PAGE}cles/nouvelle", {"algorithm": "ed25519-sha256"})

    assert DkimKey.objects.get(pk=key.pk).state == KeyState.IN_USE
    acts = JournalEntry.objects.filter(action__startswith="dkim_key").values_list("action")
    assert [one for (one,) in acts.order_by("pk")] == [
        "dkim_key.created",
        "dkim_key.published",
        "dkim_key.in_use",
        "dkim_key.created",
    ]


@pytest.mark.django_db
def test_a_new_key_in_use_retires_the_one_before(odile: Client) -> None:
    for _ in range(2):
        odile.post(f"{PAGE}cles/nouvelle", {"algorithm": "ed25519-sha256"})
        newest = DkimKey.objects.latest("pk")
        DkimKey.objects.filter(pk=newest.pk).update(state=KeyState.PUBLISHED)
        odile.post(f"{PAGE}cles/{newest.pk}/utiliser")
    states = list(DkimKey.objects.order_by("pk").values_list("state", flat=True))
    assert states == [KeyState.RETIRED, KeyState.IN_USE]
    assert odile.post(f"{PAGE}cles/{newest.pk}/autre").status_code == 404


def test_each_record_is_judged_by_what_is_there() -> None:
    spf, dkim, dmarc, mx = records_of(
        "envois.test", keys=[("r1", "v=DKIM1; k=rsa; p=" + "A" * 400)], mail_host="mail.envois.test"
    )
    assert all(len(part) <= 255 for part in dkim.written.strip('"').split('" "'))
    cases = [
        (spf, ["v=spf1 include:x.test a:mail.envois.test ~all", "autre"], Verdict.GOOD),
        (spf, ["v=spf1 -all"], Verdict.OTHER),
        (spf, [spf.value, "v=spf1 -all"], Verdict.OTHER),
        (spf, ["autre"], Verdict.MISSING),
        (dkim, ["v=DKIM1;k=rsa;p=" + "A" * 400], Verdict.GOOD),
        (dkim, ["v=DKIM1; k=rsa; p=" + "B" * 400], Verdict.OTHER),
        (spf, ["v=spf1 +a:mail.envois.test -all exp=x.test"], Verdict.GOOD),
        (spf, ["v=spf1 -all a:mail.envois.test"], Verdict.OTHER),
        (spf, ["v=spf1 " + "mx " * 9 + "a:mail.envois.test -all"], Verdict.GOOD),
        (spf, ["v=spf1 " + "mx " * 10 + "a:mail.envois.test -all"], Verdict.OTHER),
        (spf, ["v=spf10 a:mail.envois.test -all"], Verdict.MISSING),
        (dkim, [f"p={'A' * 200} {'A' * 200}; t=s; k=rsa"], Verdict.GOOD),
        (dkim, [f"v=DKIM1; p={'A' * 400}"], Verdict.GOOD),
        (dkim, [f"v=DKIM1; k=ed25519; p={'A' * 400}"], Verdict.OTHER),
        (dkim, ["v=DKIM1; p="], Verdict.OTHER),
        (dkim, ["autre chose"], Verdict.MISSING),
        (dmarc, ["v=DMARC1; sp=none"], Verdict.OTHER),
        (dmarc, ["v=DMARC1; p=peut-etre"], Verdict.OTHER),
        (dmarc, ["v=DMARC1; p=reject"], Verdict.GOOD),
        (mx, ["10 mail.envois.test.", "5 autre.test."], Verdict.OTHER),
        (mx, ["10 mail.envois.test.", "50 autre.test."], Verdict.GOOD),
        (mx, ["5 Mail.envois.test."], Verdict.GOOD),
        (mx, ["10 autre.test."], Verdict.OTHER),
    ]
    for record, found, verdict in cases:
        assert finding(record, Answer(Found.YES, tuple(found))).verdict is verdict, found
    assert finding(mx, Answer(Found.NO)).verdict is Verdict.MISSING
    assert finding(mx, Answer(Found.UNKNOWN)).verdict is Verdict.UNKNOWN


def test_what_an_spf_record_includes_counts_as_well() -> None:
    [spf, *_] = records_of("envois.test", keys=[], mail_host="mail.envois.test")
    published = {
        "a.test": ["texte", "v=spf1 include:b.test mx -all"],
        "b.test": ["v=spf1 a mx exists:x.test ip4:192.0.2.0/24 redirect=c.test"],
        "c.test": ["v=spf1 a:x.test/24 ?mx ptr -all"],
        "self.test": ["v=spf1 include:self.test -all"],
    }

    def judged(more: str) -> Verdict:
        text = f"v=spf1 a:mail.envois.test {more} -all"
        return finding(
            spf, Answer(Found.YES, (text,)), lambda name: published.get(name, [])
        ).verdict

    assert judged("include:a.test") is Verdict.OTHER
    assert judged("include:c.test include:nobody.test") is Verdict.GOOD
    assert judged("include:self.test") is Verdict.OTHER
