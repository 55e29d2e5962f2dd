from django.db import migrations, models

LATEST = """
update invoices_invoicecounter c set latest_on = found.day
  from (select series, year, max(issued_on) as day from invoices_invoice group by series, year) found
 where found.series = c.series and found.year = c.year
"""
FOLLOWS = """
create function invoices_refuse_earlier_day() returns trigger language plpgsql as $$
begin
    if exists (select from invoices_invoice
                where series = new.series and year = new.year
                  and sequence = new.sequence - 1 and issued_on > new.issued_on) then
        raise exception 'document % is dated before the one it follows', new.number
            using errcode = 'check_violation';
    end if;
    return new;
end $$
"""
KEPT = """
create function invoices_refuse_truncate() returns trigger language plpgsql as $$
begin
    raise exception 'issued documents are kept (%)', tg_table_name
        using errcode = 'restrict_violation';
end $$
"""
TABLES = ("invoice", "invoiceline", "invoicecounter")


class Migration(migrations.Migration):
    """In a series, dates follow numbers; and no document is ever swept away with its table."""

    dependencies = [("invoices", "0008_schedule_of_an_invoice")]

    operations = [
        migrations.AddField(
            "invoicecounter", "latest_on", models.DateField(null=True)
        ),
        migrations.RunSQL(LATEST, migrations.RunSQL.noop),
        migrations.RunSQL(FOLLOWS, "drop function invoices_refuse_earlier_day()"),
        migrations.RunSQL(
            "create trigger invoices_invoice_follows before insert on invoices_invoice"
            " for each row execute function invoices_refuse_earlier_day()",
            "drop trigger invoices_invoice_follows on invoices_invoice",
        ),
        migrations.RunSQL(KEPT, "drop function invoices_refuse_truncate()"),
        *(
            migrations.RunSQL(
                f"create trigger invoices_{table}_kept before truncate on invoices_{table}"
                " execute function invoices_refuse_truncate()",
                f"drop trigger invoices_{table}_kept on invoices_{table}",
            )
            for table in TABLES
        ),
    ]
