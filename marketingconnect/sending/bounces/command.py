"""``marketingconnect classify_bounce FILE.eml…``: no Django, no database."""

import argparse
import json
import sys
from pathlib import Path

from marketingconnect.kernel.typography import non_breaking
from marketingconnect.sending.bounces.classifying import classify
from marketingconnect.sending.bounces.mail import LARGEST

HELP = "Dit ce que signifie chaque mail revenu : une ligne de JSON par fichier."
NEEDS_DATABASE = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="un mail (.eml)")


def run(options: argparse.Namespace) -> int:
    failed = 0
    for file in options.files:
        try:
            with file.open("rb") as stream:
                octets = stream.read(LARGEST)
        except OSError as error:
            failed += 1
            sys.stderr.write(non_breaking(f"{file} : illisible, {error.strerror}.\n"))
            octets = b""
        sys.stdout.write(json.dumps(classify(octets).as_json(), ensure_ascii=False) + "\n")
    return 1 if failed else 0
