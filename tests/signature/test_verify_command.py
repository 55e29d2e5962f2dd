"""The verifier is a program of its own: no Django, no pyHanko, no database, no settings."""

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from marketingconnect.signature.providers.built_in import BuiltInProvider
from marketingconnect.signature.queries import archived_evidence_of
from tests.signature.desk import Desk
from tests.signature.making import trust_of

pytestmark = pytest.mark.django_db
_PROGRAM = """
import sys
from marketingconnect.cli import main
code = main(sys.argv[1:])
heavy = {"django", "psycopg", "pyhanko", "requests"} & set(sys.modules)
sys.exit(f"imported: {heavy}" if heavy else code)
"""


@pytest.fixture
def file(desk: Desk, tmp_path: Path) -> Path:
    kept = tmp_path / "preuve.zip"
    kept.write_bytes(archived_evidence_of(desk.sign()))
    return kept


def verify(file: Path, *more: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """On a machine that has nothing but the code."""
    return subprocess.run(
        [sys.executable, "-c", _PROGRAM, "verify_evidence", str(file), *more],
        env={"MARKETINGCONNECT_VAR": str(file.parent / "nothing"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_accepts_a_proof_and_gives_the_authority_to_compare(
    file: Path, provider: BuiltInProvider
) -> None:
    done = verify(file)

    assert done.returncode == 0, done.stderr
    assert "Preuve intacte" in done.stdout
    assert "signé par Alice Essai le 2026-11-23 à 11:00:30 UTC" in done.stdout
    assert sha256(trust_of(provider).root).hexdigest() in done.stdout
    assert "à comparer" in done.stdout


def test_it_knows_the_authority_of_its_machine_or_the_one_it_is_given(
    file: Path, provider: BuiltInProvider
) -> None:
    own = verify(file, MARKETINGCONNECT_AUTHORITY=str(provider.folder))
    other = verify(file, "--authority", "0" * 64)

    assert own.returncode == 0, own.stderr
    assert "à comparer" not in own.stdout
    assert other.returncode == 1
    assert "autre autorité" in other.stderr


def test_it_refuses_a_changed_proof_and_a_missing_file(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[1000] ^= 1
    file.write_bytes(bytes(content))

    assert verify(file).returncode == 1
    assert "Preuve refusée" in verify(file).stderr
    assert verify(file.with_name("absent.zip")).returncode == 1
