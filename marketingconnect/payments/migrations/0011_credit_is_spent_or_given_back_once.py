from django.db import migrations

LEFT = """
create function payments_credit_used(note_id bigint) returns bigint language sql as $$
    select (select coalesce(sum(cents), 0) from payments_payment where credit_note_id = note_id)
         + (select coalesce(sum(cents), 0) from payments_refund
             where credit_note_id = note_id and state <> 'cancelled')
$$
"""
GUARD = """
create or replace function payments_refuse_overspending() returns trigger language plpgsql as $$
declare
    note invoices_invoice%rowtype;
begin
    -- The lock makes those who spend or give back one credit note follow one another.
    select * into note from invoices_invoice where id = new.credit_note_id for update;
    if note.kind <> 'credit_note' or note.company_id <>
       (select company_id from orders_order where id = new.order_id) then
        raise exception 'a credit note pays what its own company owes';
    end if;
    if payments_credit_used(note.id) + new.cents > -note.total_cents then
        raise exception 'credit note % would be spent beyond its amount', note.number;
    end if;
    return new;
end $$
"""
BEFORE = """
create or replace function payments_refuse_overspending() returns trigger language plpgsql as $$
declare
    note invoices_invoice%rowtype;
    spent bigint;
begin
    select * into note from invoices_invoice where id = new.credit_note_id for update;
    select coalesce(sum(cents), 0) into spent
      from payments_payment where credit_note_id = new.credit_note_id;
    if note.kind <> 'credit_note' or note.company_id <>
       (select company_id from orders_order where id = new.order_id) then
        raise exception 'a credit note pays what its own company owes';
    end if;
    if spent + new.cents > -note.total_cents then
        raise exception 'credit note % would be spent beyond its amount', note.number;
    end if;
    return new;
end $$
"""
FROZEN = """
create function payments_refuse_write_off_change() returns trigger language plpgsql as $$
begin
    raise exception 'a write-off never changes: what comes after all is a row of its own';
end $$
"""
ON_REFUND = (
    "create trigger payments_refund_within_note before insert on payments_refund"
    " for each row when (new.credit_note_id is not null)"
    " execute function payments_refuse_overspending()"
)
ON_WRITE_OFF = (
    "create trigger payments_write_off_frozen before update or delete on payments_writeoff"
    " for each row execute function payments_refuse_write_off_change()"
)


class Migration(migrations.Migration):
    """What a credit note is worth is spent or given back, once; a write-off is never rewritten."""

    dependencies = [("payments", "0010_refunds_and_write_offs")]

    operations = [
        migrations.RunSQL(LEFT, "drop function payments_credit_used(bigint)"),
        migrations.RunSQL(GUARD, BEFORE),
        migrations.RunSQL(ON_REFUND, "drop trigger payments_refund_within_note on payments_refund"),
        migrations.RunSQL(FROZEN, "drop function payments_refuse_write_off_change()"),
        migrations.RunSQL(
            ON_WRITE_OFF, "drop trigger payments_write_off_frozen on payments_writeoff"
        ),
    ]
