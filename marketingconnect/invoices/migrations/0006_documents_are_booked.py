from django.db import migrations

GUARD = """
create function invoices_refuse_unbooked() returns trigger language plpgsql as $$
begin
    if not exists (select from ledger_entry where source = 'invoice:' || new.id) then
        raise exception 'document % is not booked: see invoices.services.bookkeeping', new.number
            using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$
"""


class Migration(migrations.Migration):
    """No document is committed without its entry in the ledger, whoever issues it."""

    dependencies = [
        ("invoices", "0005_deposits_and_coded_mentions"),
        ("ledger", "0002_only_grows_and_balances"),
    ]

    operations = [
        migrations.RunSQL(GUARD, "drop function invoices_refuse_unbooked()"),
        migrations.RunSQL(
            "create constraint trigger invoices_document_booked after insert on invoices_invoice"
            " deferrable initially deferred for each row when (new.total_cents <> 0)"
            " execute function invoices_refuse_unbooked()",
            "drop trigger invoices_document_booked on invoices_invoice",
        ),
    ]
