from django.db import migrations

TABLES = ("entry", "line", "validation", "closedmonth")

APPEND_ONLY = """
create function ledger_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the ledger only grows (% of %)', tg_op, tg_table_name
        using errcode = 'restrict_violation';
end $$
"""
BALANCED = """
create function ledger_refuse_imbalance() returns trigger language plpgsql as $$
declare
    unbalanced text;
begin
    select e.source into unbalanced from ledger_line l join ledger_entry e on e.id = l.entry_id
     where l.entry_id in (select entry_id from added)
     group by e.source having sum(l.debit_cents) <> sum(l.credit_cents) limit 1;
    if unbalanced is not null then
        raise exception 'entry % does not balance', unbalanced using errcode = 'check_violation';
    end if;
    perform from ledger_validation where entry_id in (select entry_id from added);
    if found then
        raise exception 'a closed entry takes no further line' using errcode = 'restrict_violation';
    end if;
    return null;
end $$
"""
WHOLE = """
create function ledger_refuse_empty_entry() returns trigger language plpgsql as $$
begin
    if not exists (select from ledger_line where entry_id = new.id) then
        raise exception 'entry % has no line', new.source using errcode = 'check_violation';
    end if;
    return null;
end $$
"""
OPEN_MONTH = """
create function ledger_refuse_closed_month() returns trigger language plpgsql as $$
begin
    -- Shared by those who book, exclusive for the one who closes: neither misses the other.
    perform pg_advisory_xact_lock_shared(hashtext('ledger.closing'));
    if exists (select from ledger_closedmonth where month >= date_trunc('month', new.date)) then
        raise exception 'entry % is dated %, in a closed month', new.source, new.date
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$
"""
NEXT_MONTH = """
create function ledger_refuse_gap_of_months() returns trigger language plpgsql as $$
declare
    last date;
begin
    perform pg_advisory_xact_lock(hashtext('ledger.closing'));
    select max(month) into last from ledger_closedmonth;
    if new.month <> last + interval '1 month' then
        raise exception 'the month after % closes next, not %', last, new.month
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$
"""
WHOLLY_NUMBERED = """
create function ledger_refuse_unnumbered() returns trigger language plpgsql as $$
begin
    if exists (select from ledger_entry e left join ledger_validation v on v.entry_id = e.id
                where e.date < new.month + interval '1 month' and v.entry_id is null) then
        raise exception 'an entry of % was left without a number', new.month
            using errcode = 'restrict_violation';
    end if;
    return null;
end $$
"""
GAPLESS = """
create function ledger_refuse_gap_of_numbers() returns trigger language plpgsql as $$
begin
    if exists (select from ledger_validation where year in (select year from added)
                group by year having max(number) <> count(*)) then
        raise exception 'numbers of entries follow one another' using errcode = 'check_violation';
    end if;
    if exists (select from added a join ledger_entry e on e.id = a.entry_id
                where a.year <> extract(year from e.date)) then
        raise exception 'an entry is numbered in its year' using errcode = 'check_violation';
    end if;
    return null;
end $$
"""


def trigger(name, when, table, function):
    return migrations.RunSQL(
        f"create {name} {when} on ledger_{table} {function}()",
        f"drop trigger {name.split()[-1]} on ledger_{table}",
    )


class Migration(migrations.Migration):
    """The ledger only grows, each statement leaves it balanced, a closed month stays as it is."""

    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(APPEND_ONLY, "drop function ledger_refuse_change()"),
        migrations.RunSQL(BALANCED, "drop function ledger_refuse_imbalance()"),
        migrations.RunSQL(WHOLE, "drop function ledger_refuse_empty_entry()"),
        migrations.RunSQL(OPEN_MONTH, "drop function ledger_refuse_closed_month()"),
        migrations.RunSQL(NEXT_MONTH, "drop function ledger_refuse_gap_of_months()"),
        migrations.RunSQL(WHOLLY_NUMBERED, "drop function ledger_refuse_unnumbered()"),
        migrations.RunSQL(GAPLESS, "drop function ledger_refuse_gap_of_numbers()"),
        *(
            trigger(f"trigger ledger_{table}_{name}", when, table, function)
            for table in TABLES
            for name, when, function in (
                (
                    "frozen",
                    "before update or delete",
                    "for each row execute function ledger_refuse_change",
                ),
                ("kept", "before truncate", "execute function ledger_refuse_change"),
            )
        ),
        trigger(
            "trigger ledger_line_balanced",
            "after insert",
            "line",
            "referencing new table as added for each statement"
            " execute function ledger_refuse_imbalance",
        ),
        trigger(
            "constraint trigger ledger_entry_whole",
            "after insert",
            "entry",
            "deferrable initially deferred for each row"
            " execute function ledger_refuse_empty_entry",
        ),
        trigger(
            "trigger ledger_entry_in_open_month",
            "before insert",
            "entry",
            "for each row execute function ledger_refuse_closed_month",
        ),
        trigger(
            "trigger ledger_month_follows",
            "before insert",
            "closedmonth",
            "for each row execute function ledger_refuse_gap_of_months",
        ),
        trigger(
            "constraint trigger ledger_month_numbered",
            "after insert",
            "closedmonth",
            "deferrable initially deferred for each row"
            " execute function ledger_refuse_unnumbered",
        ),
        trigger(
            "trigger ledger_numbers_follow",
            "after insert",
            "validation",
            "referencing new table as added for each statement"
            " execute function ledger_refuse_gap_of_numbers",
        ),
    ]
