"""The register of establishments is a supplier like others, known from the first day."""

from datetime import UTC, date, datetime

from django.db import migrations

OPENED = datetime(2017, 4, 27, tzinfo=UTC)


def register_sirene(apps, schema_editor):
    supplier, _ = apps.get_model("base", "Supplier").objects.get_or_create(
        number=1,
        defaults={
            "name": "INSEE, répertoire SIRENE",
            "siren": "120027016",
            "licence": "Licence Ouverte 2.0",
            "registered_at": OPENED,
        },
    )
    apps.get_model("base", "RightOfUse").objects.get_or_create(
        supplier=supplier,
        population="professionals",
        contract_reference="Licence Ouverte 2.0",
        defaults={
            "channels": ["post"],
            "purposes": ["rental", "sending"],
            "starts_on": date(2017, 4, 27),
            "register_reference": "Base des professionnels",
            "granted_at": OPENED,
        },
    )


class Migration(migrations.Migration):

    dependencies = [("base", "0001_initial")]

    operations = [migrations.RunPython(register_sirene, migrations.RunPython.noop)]
