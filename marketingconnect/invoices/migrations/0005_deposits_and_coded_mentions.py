from django.db import migrations, models


class Migration(migrations.Migration):
    """Deposits, and the mentions that the XML of an invoice names by their code."""

    dependencies = [("invoices", "0004_never_credited_beyond_the_invoice")]

    operations = [
        migrations.AddField(
            model_name="invoice",
            name="is_deposit",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="invoice",
            name="coded_mentions",
            field=models.JSONField(default=dict),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(is_deposit=False)
                | models.Q(kind="invoice", instalment__gt=1) & ~models.Q(cause=""),
                name="a_deposit_is_a_further_invoice",
            ),
        ),
    ]
