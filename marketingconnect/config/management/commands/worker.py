"""``marketingconnect worker``: runs the jobs that the pages leave for later."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Exécute les tâches en attente et les tâches périodiques."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=4, help="tâches à la fois (4)")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command(
            "procrastinate",
            "worker",
            f"--concurrency={options['concurrency']}",
            "--fetch-job-polling-interval=2",
            "--delete-jobs=never",
            "--shutdown-graceful-timeout=20",
        )
