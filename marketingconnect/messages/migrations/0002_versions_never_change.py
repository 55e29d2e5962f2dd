import django.db.models.deletion
from django.db import migrations, models

REFUSE = """
CREATE FUNCTION client_messages_version_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a message version never changes (version %)', OLD.id;
END $$;
CREATE TRIGGER version_is_immutable BEFORE UPDATE ON client_messages_messageversion
  FOR EACH ROW EXECUTE FUNCTION client_messages_version_is_immutable();
"""
ALLOW = """
DROP TRIGGER version_is_immutable ON client_messages_messageversion;
DROP FUNCTION client_messages_version_is_immutable();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0001_initial"),
        ("client_messages", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="contact_file",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="contacts.contactfile",
            ),
        ),
        migrations.AddConstraint(
            model_name="picture",
            constraint=models.UniqueConstraint(
                fields=("company", "sha256", "is_logo"), name="one_picture_a_content"
            ),
        ),
        migrations.RunSQL(REFUSE, ALLOW),
    ]
