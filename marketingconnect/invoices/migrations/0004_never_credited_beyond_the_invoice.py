from django.db import migrations

GUARD = """
create function invoices_refuse_excess_credit() returns trigger language plpgsql as $$
declare
    corrected invoices_invoice%rowtype;
    net bigint;
    vat bigint;
begin
    -- The lock makes credit notes of one invoice follow one another.
    select * into corrected from invoices_invoice where id = new.corrects_id for update;
    select coalesce(sum(net_cents), 0), coalesce(sum(vat_cents), 0) into net, vat
      from invoices_invoice where corrects_id = new.corrects_id;
    if corrected.kind <> 'invoice' or corrected.company_id <> new.company_id
       or corrected.order_id <> new.order_id then
        raise exception 'a credit note corrects an invoice of the same order';
    end if;
    if corrected.net_cents + net + new.net_cents < 0
       or corrected.vat_cents + vat + new.vat_cents < 0 then
        raise exception 'invoice % would be credited beyond its amount', corrected.number;
    end if;
    return new;
end $$
"""


class Migration(migrations.Migration):
    """The credit notes of an invoice never take back more than it asked, net or VAT."""

    dependencies = [("invoices", "0003_credit_notes")]

    operations = [
        migrations.RunSQL(GUARD, "drop function invoices_refuse_excess_credit()"),
        migrations.RunSQL(
            "create trigger invoices_credit_within_invoice before insert on invoices_invoice"
            " for each row when (new.corrects_id is not null)"
            " execute function invoices_refuse_excess_credit()",
            "drop trigger invoices_credit_within_invoice on invoices_invoice",
        ),
    ]
