from django.db import migrations

GUARD = """
create function invoices_refuse_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.pdf_path = ''
       and to_jsonb(old) - '{pdf_path,pdf_sha256,pdf_size}'::text[]
         = to_jsonb(new) - '{pdf_path,pdf_sha256,pdf_size}'::text[] then
        return new;
    end if;
    raise exception 'invoice % is issued and never changes', old.number;
end $$
"""
LINE_GUARD = """
create function invoices_refuse_line_change() returns trigger language plpgsql as $$
begin
    raise exception 'a line of an issued invoice never changes';
end $$
"""


class Migration(migrations.Migration):
    """An issued document is final: only its PDF is added, once. A credit note corrects it."""

    dependencies = [("invoices", "0001_initial")]

    operations = [
        migrations.RunSQL(GUARD, "drop function invoices_refuse_change()"),
        migrations.RunSQL(LINE_GUARD, "drop function invoices_refuse_line_change()"),
        migrations.RunSQL(
            "create trigger invoices_invoice_frozen before update or delete on invoices_invoice"
            " for each row execute function invoices_refuse_change()",
            "drop trigger invoices_invoice_frozen on invoices_invoice",
        ),
        migrations.RunSQL(
            "create trigger invoices_line_frozen before update or delete on invoices_invoiceline"
            " for each row execute function invoices_refuse_line_change()",
            "drop trigger invoices_line_frozen on invoices_invoiceline",
        ),
    ]
