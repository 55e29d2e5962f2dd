from django.db import migrations

GUARD = """
create function payments_refuse_overspending() returns trigger language plpgsql as $$
declare
    note invoices_invoice%rowtype;
    spent bigint;
begin
    -- The lock makes those who spend one credit note follow one another.
    select * into note from invoices_invoice where id = new.credit_note_id for update;
    select coalesce(sum(cents), 0) into spent
      from payments_payment where credit_note_id = new.credit_note_id;
    if note.kind <> 'credit_note' or note.company_id <>
       (select company_id from orders_order where id = new.order_id) then
        raise exception 'a credit note pays what its own company owes';
    end if;
    if spent + new.cents > -note.total_cents then
        raise exception 'credit note % would be spent beyond its amount', note.number;
    end if;
    return new;
end $$
"""


class Migration(migrations.Migration):
    """A credit note pays what it is worth, once, and for its own client."""

    dependencies = [
        ("payments", "0002_credit"),
        ("invoices", "0004_never_credited_beyond_the_invoice"),
    ]

    operations = [
        migrations.RunSQL(GUARD, "drop function payments_refuse_overspending()"),
        migrations.RunSQL(
            "create trigger payments_credit_within_note before insert on payments_payment"
            " for each row when (new.credit_note_id is not null)"
            " execute function payments_refuse_overspending()",
            "drop trigger payments_credit_within_note on payments_payment",
        ),
    ]
