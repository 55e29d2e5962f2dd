"""``marketingconnect check_addresses FILE.csv --out OUT.csv``: no Django, no database."""

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from dns.exception import DNSException

from marketingconnect.contacts.columns import guess_columns, is_known_title
from marketingconnect.contacts.quality.mail_domains import which_receive_mail
from marketingconnect.contacts.quality.rules import IN_WORDS, Quality, Verdict, quality_of
from marketingconnect.contacts.reading.layout import (
    Layout,
    UnreadableFileError,
    guess_layout,
    records_of,
)
from marketingconnect.contacts.reading.records import BrokenRow
from marketingconnect.dns import resolver_of
from marketingconnect.kernel.email_address import domain_of
from marketingconnect.kernel.spreadsheets import harmless
from marketingconnect.kernel.typography import non_breaking

HELP = "Dit ce que vaut chaque adresse d’un fichier, et ce qui paraît mal tapé."
NEEDS_DATABASE = False
TITLES: Final = ("Verdict", "Adresse lue", "Remarques", "Suggestion")
_VERDICTS: Final = {
    Verdict.GOOD: "bonne",
    Verdict.DOUBTFUL: "à vérifier",
    Verdict.BAD: "inutilisable",
}
_SAMPLE: Final = 300


class CommandError(Exception):
    """What the person who typed the command is told."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="CSV, TXT ou XLSX")
    parser.add_argument("--out", type=Path, required=True, help="CSV à écrire")
    parser.add_argument("--column", default="", help="titre de la colonne, sinon deviné")
    parser.add_argument(
        "--dns",
        default="none",
        help="à qui demander si les domaines reçoivent du courrier : none, system, zone:FICHIER"
        " ou une adresse de serveur",
    )


def run(options: argparse.Namespace) -> int:
    """Write the file and print its figures as one line of JSON; 1 with a reason otherwise."""
    try:
        figures = check(options.file, options.out, column=options.column, dns=options.dns)
    except (CommandError, UnreadableFileError) as error:
        sys.stderr.write(non_breaking(f"{error}\n"))
        return 1
    except OSError as error:
        name = error.filename or options.file
        sys.stderr.write(non_breaking(f"« {name} » : {error.strerror}.\n"))
        return 1
    except (ValueError, DNSException) as error:
        sys.stderr.write(non_breaking(f"--dns {options.dns} : {error}.\n"))
        return 1
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0


def check(file: Path, out: Path, *, column: str, dns: str) -> dict[str, int]:
    """Every row of a list as it stands, with four columns more; the figures of the whole."""
    if out.exists() and out.samefile(file):
        raise CommandError("Le fichier à écrire est celui qui est lu : donnez-lui un autre nom.")
    resolver = resolver_of(dns)
    layout = guess_layout(file)
    at, has_header = _column_of(file, layout, column)
    domains: dict[str, bool | None] = {}
    if dns not in {"", "none"}:
        found = (quality_of(cells[at]).address for cells in _rows(file, layout, has_header, at))
        domains = which_receive_mail({domain_of(one) for one in found if one}, resolver)
    figures: Counter[str] = Counter({"rows": 0} | {verdict.value: 0 for verdict in Verdict})
    with out.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        if has_header:
            titles = next(_rows(file, layout, False, at))
            writer.writerow([harmless(cell) for cell in (*titles, *TITLES)])
        for cells in _rows(file, layout, has_header, at):
            quality = _judged(cells[at], domains)
            figures.update(["rows", quality.verdict.value, *(one.value for one in quality.remarks)])
            writer.writerow([harmless(cell) for cell in (*cells, *_told(quality))])
    return dict(figures)


def _judged(text: str, domains: dict[str, bool | None]) -> Quality:
    quality = quality_of(text)
    receives = domains.get(domain_of(quality.address))
    return quality if receives is None else quality_of(text, receives_mail=receives)


def _told(quality: Quality) -> tuple[str, str, str, str]:
    remarks = [quality.detail or IN_WORDS[one] for one in quality.remarks]
    return _VERDICTS[quality.verdict], quality.address, ", ".join(remarks), quality.suggestion


def _column_of(file: Path, layout: Layout, title: str) -> tuple[int, bool]:
    """Where the addresses are, and whether the first row is titles."""
    rows = list(islice(_rows(file, layout, False, 0), _SAMPLE))
    has_header = layout.header or bool(rows and any(is_known_title(cell) for cell in rows[0]))
    if title:
        titles = [cell.strip("\ufeff ").casefold() for cell in rows[0]] if rows else []
        if title.casefold() not in titles:
            raise CommandError(f"Aucune colonne de ce fichier ne s’appelle « {title} ».")
        return titles.index(title.casefold()), True
    for one in guess_columns(rows, header=has_header):
        if one.target == "email":
            return one.index, has_header
    raise CommandError("Aucune colonne ne contient d’adresses : nommez-la avec --column.")


def _rows(file: Path, layout: Layout, skip_header: bool, at: int) -> Iterator[list[str]]:
    """Rows that are not blank, each wide enough for the column of addresses."""
    skipped = not skip_header
    for _, record in records_of(file, layout):
        cells = [str(record)] if isinstance(record, BrokenRow) else record
        if not any(cell.strip() for cell in cells):
            continue
        if not skipped:
            skipped = True
            continue
        yield cells + [""] * (at + 1 - len(cells))
