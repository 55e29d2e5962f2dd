"""The quality of an imported file, as the client sees it."""

from pathlib import Path

import pytest
from django.conf import LazySettings

from marketingconnect.contacts.models import Contact, ContactFile
from marketingconnect.contacts.quality.of_files import remarks_of, suggestions_of
from marketingconnect.contacts.reports import doubtful_csv
from marketingconnect.contacts.tasks import measure_quality
from tests.contacts.conftest import Bring
from tests.dns.name_server import ZONE

pytestmark = pytest.mark.django_db
LIST = b"""email
lea@gmial.com
max@gmial.com
max@gmail.fr
contact@example.org
info+paris@example.org
zoe@silent.example.org
bob@yopmail.com
"""


def measured(file: ContactFile) -> ContactFile:
    measure_quality(file_id=file.pk)
    file.refresh_from_db()
    return file


def test_a_file_is_measured_without_losing_a_row(bring: Bring) -> None:
    file = measured(bring(LIST))

    assert remarks_of(file) == [
        ("Nom de domaine sans doute mal tapé", 3),
        ("Adresse jetable", 1),
        ("Adresse d’un service, et non d’une personne", 2),
    ]
    assert [(one.written, one.suggested, one.addresses) for one in suggestions_of(file)] == [
        ("gmial.com", "gmail.com", 2),
        ("gmail.fr", "gmail.com", 1),
    ]
    assert Contact.objects.count() == 7
    assert list(doubtful_csv(file)) == [
        "\ufeffLigne;Adresse;Remarque;Peut-être\r\n",
        "2;lea@gmial.com;Nom de domaine sans doute mal tapé;lea@gmail.com\r\n",
        "3;max@gmial.com;Nom de domaine sans doute mal tapé;max@gmail.com\r\n",
        "4;max@gmail.fr;Nom de domaine sans doute mal tapé;max@gmail.com\r\n",
        "8;bob@yopmail.com;Adresse jetable;\r\n",
    ]


def test_domains_that_receive_no_mail_are_told_when_somebody_may_be_asked(
    bring: Bring, settings: LazySettings, tmp_path: Path
) -> None:
    zone = tmp_path / "zone"
    zone.write_text(ZONE, encoding="utf-8")
    settings.DNS = f"zone:{zone}"

    file = measured(bring(LIST))

    assert ("Ce nom de domaine ne reçoit pas de courrier", 5) in remarks_of(file)
    assert file.quality["asked"]


def test_a_good_file_has_no_remark(bring: Bring) -> None:
    file = measured(bring(b"email\nlea@example.org\n"))

    assert (remarks_of(file), list(doubtful_csv(file))[1:]) == ([], [])
