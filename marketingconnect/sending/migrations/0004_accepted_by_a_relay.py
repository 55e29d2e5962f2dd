from django.db import migrations, models

KNOWN = ["not_sent", "relayed", "accepted", "undelivered", "uncertain"]
WIDEN = """
ALTER TABLE sending_outcome DROP CONSTRAINT known_outcome;
ALTER TABLE sending_outcome ADD CONSTRAINT known_outcome
    CHECK (outcome IN ('not_sent', 'relayed', 'accepted', 'undelivered', 'uncertain'));
DROP INDEX sending_outcome_by_cause;
CREATE INDEX sending_outcome_by_cause ON sending_outcome (campaign_id, outcome, cause, position)
    WHERE outcome NOT IN ('relayed', 'accepted');
"""
NARROW = """
DROP INDEX sending_outcome_by_cause;
CREATE INDEX sending_outcome_by_cause ON sending_outcome (campaign_id, outcome, cause, position)
    WHERE outcome <> 'accepted';
ALTER TABLE sending_outcome DROP CONSTRAINT known_outcome;
ALTER TABLE sending_outcome ADD CONSTRAINT known_outcome
    CHECK (outcome IN ('not_sent', 'accepted', 'undelivered', 'uncertain'));
"""


class Migration(migrations.Migration):
    """What a relay accepted is kept apart from what the recipient's own server did."""

    dependencies = [("sending", "0003_held")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(WIDEN, NARROW)],
            state_operations=[
                migrations.AlterField(
                    model_name="deliveryoutcome",
                    name="outcome",
                    field=models.CharField(choices=[(o, o) for o in KNOWN], max_length=12),
                ),
                migrations.RemoveConstraint(model_name="deliveryoutcome", name="known_outcome"),
                migrations.AddConstraint(
                    model_name="deliveryoutcome",
                    constraint=models.CheckConstraint(
                        condition=models.Q(outcome__in=KNOWN), name="known_outcome"
                    ),
                ),
            ],
        )
    ]
