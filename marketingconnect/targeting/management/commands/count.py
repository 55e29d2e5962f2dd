"""`marketingconnect count --criteria FILE`: the exact count of criteria, in JSON."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketingconnect.clock import today
from marketingconnect.targeting.criteria import InvalidCriteriaError
from marketingconnect.targeting.desk import DeskError, Question, ask
from marketingconnect.targeting.management.commands._criteria import read_criteria


class Command(BaseCommand):
    """For the staff: small counts are told too."""

    help = "Compte exactement un ciblage et l’écrit en JSON."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--criteria", required=True, help="fichier JSON, ou - pour l’entrée")
        parser.add_argument(
            "--by", action="append", default=[], help="répartition : departement, naf…"
        )
        parser.add_argument("--company", type=int, help="numéro du client, pour ses exclusions")

    def handle(self, *args: Any, **options: Any) -> None:
        criteria = read_criteria(options["criteria"])
        try:
            answer = ask(
                Question(
                    criteria=criteria,
                    company_id=options["company"],
                    on=today(),
                    by=tuple(options["by"]),
                )
            )
        except (DeskError, InvalidCriteriaError) as error:
            raise CommandError(str(error)) from error
        told: dict[str, Any] = {"count": answer.count}
        if options["by"]:
            several = len(options["by"]) > 1
            told["by"] = answer.by if several else answer.by[options["by"][0]]
        told |= {"release": answer.release, "ms": answer.ms}
        if criteria.sample:
            told["seed"] = criteria.sample.seed
        self.stdout.write(json.dumps(told, ensure_ascii=False))
