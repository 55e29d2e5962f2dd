from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from marketingconnect.notices.texting import LEDGER, TextNotSentError, caught_texts, send_text

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def send(body: str = "Bonjour") -> None:
    send_text(key="essai:1", to="+33639980012", body=body, at=NOON)


def test_the_local_gateway_keeps_messages_for_their_reader_alone(
    settings: Settings, tmp_path: Path
) -> None:
    settings.TEXTS_DIR = tmp_path / "texts"

    send("Première ligne\nseconde")
    send("Deuxième")

    found = caught_texts(tmp_path / "texts")
    assert [text.body for text in found] == ["Deuxième", "Première ligne\nseconde"]
    assert found[0].to == "+33639980012"
    assert (tmp_path / "texts" / LEDGER).stat().st_mode & 0o077 == 0
    assert [text.body for text in caught_texts(tmp_path / "texts", latest=1)] == ["Deuxième"]


def test_a_line_cut_short_and_a_folder_that_is_not_there_are_passed_over(
    settings: Settings, tmp_path: Path
) -> None:
    settings.TEXTS_DIR = tmp_path
    assert caught_texts(tmp_path) == []

    send()
    with (tmp_path / LEDGER).open("a") as ledger:
        ledger.write('{"key": "coup')

    assert len(caught_texts(tmp_path)) == 1


def test_without_a_provider_nothing_is_sent_and_it_is_said(
    settings: Settings, tmp_path: Path
) -> None:
    settings.TEXTS_DIR, settings.TEXT_GATEWAY = tmp_path, "none"

    with pytest.raises(TextNotSentError):
        send()

    assert list(tmp_path.iterdir()) == []
