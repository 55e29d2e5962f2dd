from django.db import migrations

GUARD = """
create function payments_refuse_unbooked() returns trigger language plpgsql as $$
begin
    if not exists (select from ledger_entry where source = 'payment:' || new.id) then
        raise exception 'payment % is not booked: see payments.services.bookkeeping', new.id
            using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$
"""


class Migration(migrations.Migration):
    """No payment counts without its entry in the ledger, whoever validates it."""

    dependencies = [
        ("payments", "0004_bank_statements"),
        ("ledger", "0002_only_grows_and_balances"),
    ]

    operations = [
        migrations.RunSQL(GUARD, "drop function payments_refuse_unbooked()"),
        migrations.RunSQL(
            "create constraint trigger payments_payment_booked"
            " after insert or update of validated_on on payments_payment"
            " deferrable initially deferred for each row when (new.validated_on is not null)"
            " execute function payments_refuse_unbooked()",
            "drop trigger payments_payment_booked on payments_payment",
        ),
    ]
