from django.db import migrations

REQUEST_GUARD = """
create function signature_refuse_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'document % was proposed and is kept', old.id
            using errcode = 'restrict_violation';
    end if;
    if old.state = 'signed' then
        raise exception 'document % is signed and never changes', old.id
            using errcode = 'restrict_violation';
    end if;
    if (old.key, old.order_id, old.company_id, old.kind, old.title, old.subject, old.signer_id,
        old.terms_id, old.document, old.sha256, old.wording, old.created_at)
       is distinct from
       (new.key, new.order_id, new.company_id, new.kind, new.title, new.subject, new.signer_id,
        new.terms_id, new.document, new.sha256, new.wording, new.created_at) then
        raise exception 'document % is another one: it must be proposed anew', old.id
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$
"""
EVENT_GUARD = """
create function signature_refuse_event_change() returns trigger language plpgsql as $$
begin
    raise exception 'what happened to a signature is never rewritten'
        using errcode = 'restrict_violation';
end $$
"""


class Migration(migrations.Migration):
    """A proof is drawn from these rows at any time: they only grow, and a signed one is final."""

    dependencies = [("signature", "0002_what_a_mandate_document_is_about")]

    operations = [
        migrations.RunSQL(REQUEST_GUARD, "drop function signature_refuse_change()"),
        migrations.RunSQL(EVENT_GUARD, "drop function signature_refuse_event_change()"),
        migrations.RunSQL(
            "create trigger signature_request_frozen before update or delete"
            " on signature_signaturerequest for each row execute function signature_refuse_change()",
            "drop trigger signature_request_frozen on signature_signaturerequest",
        ),
        migrations.RunSQL(
            "create trigger signature_event_frozen before update or delete"
            " on signature_signatureevent"
            " for each row execute function signature_refuse_event_change()",
            "drop trigger signature_event_frozen on signature_signatureevent",
        ),
    ]
