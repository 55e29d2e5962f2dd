from django.db import migrations

TABLES = ["catalogue_pricelist", "catalogue_priceitem", "catalogue_pricetier"]


class Migration(migrations.Migration):
    """A published tariff binds orders: the database itself refuses to change it."""

    dependencies = [("catalogue", "0002_operatoridentity")]

    operations = [
        migrations.RunSQL(
            """
            create function catalogue_refuse_change() returns trigger language plpgsql as $$
            begin
                raise exception 'a published price list never changes (%)', tg_table_name;
            end $$
            """,
            "drop function catalogue_refuse_change()",
        ),
        *[
            migrations.RunSQL(
                f"create trigger {table}_frozen before update or delete on {table}"
                " for each row execute function catalogue_refuse_change()",
                f"drop trigger {table}_frozen on {table}",
            )
            for table in TABLES
        ],
    ]
