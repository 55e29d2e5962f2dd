from django.db import migrations

GUARD = """
create function contracts_refuse_transfer() returns trigger language plpgsql as $$
begin
    raise exception '% % belongs to its client and never passes to another (CGV III.d)',
        tg_table_name, old.id;
end $$
"""
TABLES = [
    "orders_order",
    "contacts_contactfile",
    "offers_email_emailcampaign",
    "offers_list_rental_listrental",
]


def trigger(table):
    return migrations.RunSQL(
        f"create trigger {table}_stays before update of company_id on {table} for each row"
        " when (old.company_id is distinct from new.company_id)"
        " execute function contracts_refuse_transfer()",
        f"drop trigger {table}_stays on {table}",
    )


class Migration(migrations.Migration):
    """The contract is concluded with one client in view: orders and files stay its own."""

    dependencies = [
        ("contracts", "0001_initial"),
        ("orders", "0003_composed_prices"),
        ("contacts", "0002_import_at_speed"),
        ("offers_email", "0002_campaign_told_sent"),
        ("offers_list_rental", "0004_what_was_delivered_never_changes"),
    ]

    operations = [
        migrations.RunSQL(GUARD, "drop function contracts_refuse_transfer()"),
        *(trigger(table) for table in TABLES),
    ]
