"""The signed statement of a campaign, taken away and checked by somebody who trusts nobody."""

import gzip
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from tests.journeys.visitor import Visitor

WINDOW = timedelta(hours=80)
"""Past the hours during which late refusals still count."""


def take_the_statement(reader: Visitor, folder: Path) -> dict[str, Path]:
    """Its three files, from the page of the figures, once they bind."""
    page = reader.page
    page.goto(f"{reader.campaign}chiffres")
    proofs = page.get_by_role("link", name="Preuves (ZIP)")
    reader.wait_until(lambda: proofs.count() > 0, seconds=90)
    reader.look("releve")
    home = reader.campaign.split("/espace/")[0]
    taken = {}
    for kind, name in (("proofs", "Preuves"), ("sheet", "Destinataires"), ("pdf", "Relevé (")):
        link = page.get_by_role("link", name=name).first.get_attribute("href")
        taken[kind] = folder / kind
        taken[kind].write_bytes(page.context.request.get(f"{home}{link}").body())
    return taken


def verified(proofs: Path) -> str:
    """What the verifier says of an archive; it needs neither the platform nor its database."""
    run = "import sys; from marketingconnect.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", run, "verify_statement", str(proofs)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def sheet_of(compressed: Path) -> list[str]:
    return gzip.decompress(compressed.read_bytes()).decode().splitlines()
