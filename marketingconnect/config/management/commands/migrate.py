"""`marketingconnect migrate`: Django's command, with our executor."""

from django.core.management.commands import migrate

from marketingconnect.config.migrating import NearExecutor

# Django's command names the class it uses, and offers no other way to choose it.
migrate.MigrationExecutor = NearExecutor  # type: ignore[attr-defined]


class Command(migrate.Command):
    help = "Met la base de données au niveau du programme."
