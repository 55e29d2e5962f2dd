"""``marketingconnect verify_statement FILE``: no Django, no database, no network."""

import argparse
import sys
from pathlib import Path

from marketingconnect.kernel.typography import non_breaking
from marketingconnect.signature.verification.command import own_authority
from marketingconnect.signature.verification.errors import InvalidSignatureError
from marketingconnect.statements.verification import CheckedStatement, check_statement

HELP = "Vérifie le relevé d’une campagne, hors ligne et sans base de données."
NEEDS_DATABASE = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="le relevé et ses preuves (.zip)")
    parser.add_argument(
        "--authority",
        metavar="EMPREINTE",
        help="empreinte SHA-256 de l’autorité, telle que publiée ; celle de cette machine sinon",
    )


def run(options: argparse.Namespace) -> int:
    try:
        found = check_statement(options.file.read_bytes())
        expected = (options.authority or own_authority()).replace(":", "").lower()
        if expected and found.authority != expected:
            raise InvalidSignatureError("il vient d’une autre autorité que celle attendue")
    except InvalidSignatureError as error:
        sys.stderr.write(non_breaking(f"Relevé refusé : {error}.\n"))
        return 1
    except OSError as error:
        sys.stderr.write(non_breaking(f"Fichier illisible : {error}.\n"))
        return 1
    sys.stdout.write(non_breaking("\n".join(_report(found, known=bool(expected)))) + "\n")
    return 0


def _report(found: CheckedStatement, *, known: bool) -> list[str]:
    figures = found.figures
    end = "" if known else " : à comparer à celle que l’exploitant publie"
    return [
        f"Relevé intact : {found.number}, « {found.campaign} », {found.client}.",
        f"Scellé le {found.sealed_at:%Y-%m-%d à %H:%M:%S} UTC.",
        f"Recomptés depuis les lignes : {figures.sold} vendus, {figures.sent} envoyés,"
        f" {figures.delivered} aboutis, {sum(figures.undelivered.values())} non aboutis,"
        f" {figures.uncertain} en doute, {sum(figures.not_sent.values())} non envoyés.",
        f"Autorité {found.authority}{end}",
    ]
