from django.db import migrations

DELIVERY = """
create function list_rental_keep_delivery() returns trigger language plpgsql as $$
begin
    if old.available_at is null then
        return coalesce(new, old);
    end if;
    if tg_op = 'UPDATE'
       and to_jsonb(old) - '{state,downloaded_at}'::text[]
         = to_jsonb(new) - '{state,downloaded_at}'::text[] then
        return new;
    end if;
    raise exception 'delivery % was made available and never changes', old.reference;
end $$
"""
EVIDENCE = """
create function list_rental_keep_evidence() returns trigger language plpgsql as $$
begin
    raise exception 'what was handed over is evidence and never changes';
end $$
"""
TABLES = ("deliveryfile", "licence", "download")


class Migration(migrations.Migration):
    """A delivery made available, its files, licences and downloads are evidence (CGV CL.1, CL.6)."""

    dependencies = [("offers_list_rental", "0003_rental_failure")]

    operations = [
        migrations.RunSQL(DELIVERY, "drop function list_rental_keep_delivery()"),
        migrations.RunSQL(EVIDENCE, "drop function list_rental_keep_evidence()"),
        migrations.RunSQL(
            "create trigger list_rental_delivery_kept before update or delete"
            " on offers_list_rental_delivery for each row"
            " execute function list_rental_keep_delivery()",
            "drop trigger list_rental_delivery_kept on offers_list_rental_delivery",
        ),
        *(
            migrations.RunSQL(
                f"create trigger list_rental_{table}_kept before update or delete"
                f" on offers_list_rental_{table} for each row"
                " execute function list_rental_keep_evidence()",
                f"drop trigger list_rental_{table}_kept on offers_list_rental_{table}",
            )
            for table in TABLES
        ),
    ]
