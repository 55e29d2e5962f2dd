from django.db import migrations


class Migration(migrations.Migration):
    """Clients accepted the hash of a text: the database itself refuses to change one."""

    dependencies = [("terms", "0002_changes_and_drafts")]

    operations = [
        migrations.RunSQL(
            """
            create function terms_refuse_change() returns trigger language plpgsql as $$
            begin
                raise exception 'published terms never change (%)', tg_table_name;
            end $$
            """,
            "drop function terms_refuse_change()",
        ),
        migrations.RunSQL(
            "create trigger terms_termsversion_frozen before update or delete"
            " on terms_termsversion for each row execute function terms_refuse_change()",
            "drop trigger terms_termsversion_frozen on terms_termsversion",
        ),
    ]
