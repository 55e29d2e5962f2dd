"""The database itself refuses to change, remove or empty the journal."""

from django.db import migrations

CREATE = """
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Le journal ne peut être ni modifié, ni effacé (% sur %).',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER journal_refuses_change BEFORE UPDATE OR DELETE ON audit_journalentry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER journal_refuses_truncate BEFORE TRUNCATE ON audit_journalentry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();

CREATE FUNCTION audit_head_only_advances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.position <> OLD.position + 1 THEN
        RAISE EXCEPTION 'La tête du journal n’avance que d’une écriture à la fois.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER head_only_advances BEFORE UPDATE ON audit_journalhead
    FOR EACH ROW EXECUTE FUNCTION audit_head_only_advances();
CREATE TRIGGER head_refuses_removal BEFORE DELETE ON audit_journalhead
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER head_refuses_truncate BEFORE TRUNCATE ON audit_journalhead
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""

DROP = """
DROP TRIGGER head_refuses_truncate ON audit_journalhead;
DROP TRIGGER head_refuses_removal ON audit_journalhead;
DROP TRIGGER head_only_advances ON audit_journalhead;
DROP TRIGGER journal_refuses_truncate ON audit_journalentry;
DROP TRIGGER journal_refuses_change ON audit_journalentry;
DROP FUNCTION audit_head_only_advances();
DROP FUNCTION audit_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
