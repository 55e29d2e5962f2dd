"""What is live: oppositions as they commit, rights, flags, deliveries, the client's own file."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

import duckdb
import numpy as np
import pytest
from django.db import connection, transaction
from pyroaring import BitMap

from marketingconnect.audit.actors import Actor
from marketingconnect.base.engine import parquet
from marketingconnect.base.index import IndexMissingError, ReleaseIndex
from marketingconnect.base.index.masks import rows_of
from marketingconnect.base.models import Supplier
from marketingconnect.base.schema import parts_of
from marketingconnect.base.services.flags import flag_records, lift_flags
from marketingconnect.base.services.suppliers import resume_supplier, suspend_supplier
from marketingconnect.base.vocabulary import Channel, Population
from marketingconnect.contacts.models import Contact, ContactFile
from marketingconnect.contacts.states import ContactFileState
from marketingconnect.suppression.models import Suppression
from marketingconnect.suppression.services import suppress
from marketingconnect.targeting.criteria import Exclusions, Group, InvalidCriteriaError
from marketingconnect.targeting.engine import Counter
from marketingconnect.targeting.live import LiveRelease, deliveries, register_deliveries
from marketingconnect.targeting.live.exclusions import seen_often
from marketingconnect.targeting.selections.reading import keys_of_selection
from marketingconnect.targeting.services import freeze_selection
from tests.cast import Cast
from tests.targeting.stage import NOW, ON_ONE_WORKER, TODAY, Base, asking

pytestmark = ON_ONE_WORKER
STAFF = Actor.system("test")


def value_of(index: ReleaseIndex, column: str, row: int) -> str:
    with duckdb.connect() as duck:
        rows = duck.execute(
            f"SELECT {column} FROM {parquet(parts_of(index.release_folder))} WHERE row_no = ?",
            [row],
        ).fetchall()
    return str(rows[0][0])


def first_row(index: ReleaseIndex, channel: Channel) -> int:
    """A row that may be reached on a channel, whatever is live."""
    names = [f"{channel.value}_supplier={number}" for number in range(1, 5)]
    found = BitMap.union(*map(index.bitmap, names)) - index.bitmap(
        f"{channel.value}_without_consent"
    )
    days = index.column(f"{channel.value}_on")
    recent = [row for row in found if days[row] > 9_700]
    return recent[0]


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.PHONE, Channel.MOBILE])
def test_an_opposition_takes_effect_on_the_next_count(base: Base, channel: Channel) -> None:
    index, criteria = base.consumers, asking(channel=channel)
    live, counter = LiveRelease(index), Counter(index)
    row = first_row(index, channel)
    before = counter.select(criteria, live.context(criteria, company_id=None, on=TODAY))
    assert row in before

    listed = "sms" if channel is Channel.MOBILE else channel.value
    address = value_of(index, channel.value, row)
    suppress(channel=listed, address=address, scope="everyone", reason="opposition", at=NOW)

    after = counter.select(criteria, live.context(criteria, company_id=None, on=TODAY))
    assert row not in after
    assert all(value_of(index, channel.value, gone) == address for gone in before - after)


def test_an_opposition_to_mail_takes_the_person_at_the_address_out(base: Base) -> None:
    index, criteria = base.consumers, asking()
    live, counter = LiveRelease(index), Counter(index)
    row = first_row(index, Channel.POST)
    identity = value_of(
        index, "concat_ws(' ', last_name, first_name, line4, postal_code, town)", row
    )
    suppress(channel="post", address=identity, scope="operator", reason="opposition", at=NOW)

    assert row not in counter.select(criteria, live.context(criteria, company_id=None, on=TODAY))


def test_an_opposition_to_one_client_changes_nothing_here(base: Base) -> None:
    index, criteria = base.consumers, asking(channel=Channel.EMAIL)
    live, row = LiveRelease(index), first_row(base.consumers, Channel.EMAIL)
    address = value_of(index, "email", row)
    suppress(channel="email", address=address, scope="client", company_id=7, reason="stop", at=NOW)

    context = live.context(criteria, company_id=7, on=TODAY)
    assert not context.channel(Channel.EMAIL).opposed


def test_sets_stay_the_same_objects_as_long_as_nothing_changes(base: Base) -> None:
    live, criteria = LiveRelease(base.consumers), asking()
    once = live.context(criteria, company_id=None, on=TODAY)
    again = live.context(criteria, company_id=None, on=TODAY)

    assert once.stamp == again.stamp
    for channel in Channel:
        assert once.channel(channel).opposed is again.channel(channel).opposed
        assert once.channel(channel).flagged is again.channel(channel).flagged


def test_an_opposition_under_an_unknown_key_stops_the_count(base: Base) -> None:
    live, criteria = LiveRelease(base.consumers), asking()
    Suppression.objects.create(
        scope="everyone", channel="email", digest=b"\1" * 32, key_version=99, reason="x", since=NOW
    )

    with pytest.raises(IndexMissingError, match="clé 99"):
        live.context(criteria, company_id=None, on=TODAY)
    with pytest.raises(IndexMissingError, match="clé 99"):
        live.context(criteria, company_id=None, on=TODAY)


def test_suspending_a_supplier_takes_effect_on_the_next_count(base: Base) -> None:
    index, criteria = base.professionals, asking(population=Population.PROFESSIONALS)
    live, counter = LiveRelease(index), Counter(index)
    before = counter.count(criteria, live.context(criteria, company_id=None, on=TODAY))
    supplier = Supplier.objects.get(number=2)

    suspend_supplier(supplier_id=supplier.pk, reason="Contrat contesté", actor=STAFF, now=NOW)
    suspended = counter.count(criteria, live.context(criteria, company_id=None, on=TODAY))
    resume_supplier(supplier_id=supplier.pk, reason="Accord trouvé", actor=STAFF, now=NOW)

    assert 0 < suspended < before
    assert counter.count(criteria, live.context(criteria, company_id=None, on=TODAY)) == before


def test_a_phone_without_prior_consent_is_counted_before_the_law_and_not_after(base: Base) -> None:
    index, criteria = base.consumers, asking(channel=Channel.PHONE)
    live, counter = LiveRelease(index), Counter(index)
    eve = live.context(criteria, company_id=None, on=date(2026, 8, 10))
    day = live.context(criteria, company_id=None, on=date(2026, 8, 11))

    without = index.bitmap("phone_without_consent")
    assert counter.select(criteria, eve) & without
    assert not counter.select(criteria, day) & without


def test_a_flag_takes_a_record_out_until_it_is_lifted(base: Base) -> None:
    index, criteria = base.consumers, asking()
    live, counter = LiveRelease(index), Counter(index)
    row = first_row(index, Channel.POST)
    (key,) = index.keys_of(np.array([row], dtype=np.uint32)).tolist()
    live.context(criteria, company_id=None, on=TODAY)

    flag_records(
        population=Population.CONSUMERS,
        record_keys=[key],
        channel=Channel.POST,
        since=TODAY,
        source="claim:1",
        actor=STAFF,
        now=NOW,
    )
    assert row not in counter.select(criteria, live.context(criteria, company_id=None, on=TODAY))
    lift_flags(source="claim:1", on=TODAY, actor=STAFF, now=NOW)

    tomorrow = TODAY + timedelta(days=1)
    assert row in counter.select(criteria, live.context(criteria, company_id=None, on=tomorrow))


class Delivered:
    """A chapter that delivered these selections."""

    def __init__(self, ids: Mapping[int, list[int]]) -> None:
        self._ids = ids

    def to_company(self, company_id: int) -> list[int]:
        return self._ids.get(company_id, [])

    def since(self, day: date) -> list[int]:
        return [one for ids in self._ids.values() for one in ids]


@pytest.fixture
def sources() -> Iterator[None]:
    """Forget what a test registered."""
    before = dict(deliveries._sources)
    deliveries._sources.clear()
    yield
    deliveries._sources.clear()
    deliveries._sources.update(before)


def test_what_a_company_received_is_left_out_for_it_alone(
    base: Base, cast: Cast, sources: None
) -> None:
    index = base.consumers
    selection = freeze_selection(
        asking(), company_id=cast.bakery.pk, order_reference="A-1", quantity=500, now=NOW
    )
    register_deliveries("test", lambda: Delivered({cast.bakery.pk: [selection.pk]}))
    criteria = replace(asking(), exclude=Exclusions(earlier_deliveries=True))
    live, counter = LiveRelease(index), Counter(index)
    everybody = live.context(asking(), company_id=cast.bakery.pk, on=TODAY)
    whole = counter.count(asking(), everybody)

    ours = live.context(criteria, company_id=cast.bakery.pk, on=TODAY)
    theirs = live.context(criteria, company_id=cast.garage.pk, on=TODAY)
    assert counter.count(criteria, ours) == whole - 500
    assert counter.count(criteria, theirs) == whole


@pytest.mark.parametrize(
    ("population", "group"),
    [
        (Population.CONSUMERS, Group.HOUSEHOLD),
        (Population.CONSUMERS, Group.ADDRESS),
        (Population.PROFESSIONALS, Group.COMPANY),
        (Population.PROFESSIONALS, Group.ADDRESS),
    ],
)
def test_a_home_or_a_company_that_was_written_to_is_left_out_whole(
    base: Base, cast: Cast, sources: None, population: Population, group: Group
) -> None:
    index = base.indexes[population]
    once = replace(asking(population=population), one_per=group)
    selection = freeze_selection(
        once, company_id=cast.bakery.pk, order_reference="A-3", quantity=500, now=NOW
    )
    register_deliveries("test", lambda: Delivered({cast.bakery.pk: [selection.pk]}))
    again = replace(once, exclude=Exclusions(earlier_deliveries=True))
    live, counter = LiveRelease(index), Counter(index)

    context = live.context(again, company_id=cast.bakery.pk, on=TODAY)
    received = index.rows_with_keys(keys_of_selection(selection.pk))
    kept = counter.select(again, context)
    number = index.column(f"{group.value}_no")
    assert len(received) == 500
    assert kept
    assert not set(number[rows_of(received)]) & set(number[rows_of(kept)])
    assert set(number[rows_of(context.earlier)]) == set(number[rows_of(received)])


def test_whoever_was_delivered_three_times_is_over_solicited(
    base: Base, cast: Cast, sources: None
) -> None:
    selection = freeze_selection(
        asking(), company_id=cast.bakery.pk, order_reference="A-2", quantity=300, now=NOW
    )
    criteria = replace(asking(), exclude=Exclusions(over_solicited=True))
    live = LiveRelease(base.consumers)

    register_deliveries("test", lambda: Delivered({1: [selection.pk] * 2}))
    assert not live.context(criteria, company_id=None, on=TODAY).over_solicited
    register_deliveries("test", lambda: Delivered({1: [selection.pk] * 3}))
    assert len(live.context(criteria, company_id=None, on=TODAY).over_solicited) == 300


def test_rows_seen_often_are_counted_over_all_sets() -> None:
    sets = [BitMap([1, 2, 3]), BitMap([2, 3]), BitMap([3, 4]), BitMap([2])]

    assert seen_often(sets, 1) == BitMap([1, 2, 3, 4])
    assert seen_often(sets, 3) == BitMap([2, 3])
    assert seen_often(sets, 4) == BitMap()


def uploaded_file(cast: Cast, **fields: object) -> ContactFile:
    values: dict[str, object] = {
        "company": cast.bakery,
        "name": "Nos clients",
        "state": ContactFileState.IMPORTED,
        "original_name": "clients.csv",
        "path": "contacts/c1/aa/aaaa.csv",
        "size": 1,
        "sha256": "0" * 64,
        "uploaded_at": NOW,
    }
    return ContactFile.objects.create(**{**values, **fields})


def test_the_people_of_an_uploaded_file_are_left_out(base: Base, cast: Cast) -> None:
    index, file = base.consumers, uploaded_file(cast)
    by_email, by_mobile = (first_row(index, c) for c in (Channel.EMAIL, Channel.MOBILE))
    by_name = first_row(index, Channel.POST)
    mobile = value_of(index, "mobile", by_mobile)
    Contact.objects.create(file=file, line=2, email=value_of(index, "email", by_email))
    Contact.objects.create(file=file, line=3, email="autre@example.org", mobile=mobile)
    names = ("last_name", "first_name", "postal_code")
    Contact.objects.create(
        file=file,
        line=4,
        email="tiers@example.org",
        fields={name: value_of(index, name, by_name).lower() for name in names}
        | {"street": value_of(index, "line4", by_name), "city": value_of(index, "town", by_name)},
    )
    criteria = replace(asking(), exclude=Exclusions(file=file.pk))

    context = LiveRelease(index).context(criteria, company_id=cast.bakery.pk, on=TODAY)

    assert {by_email, by_mobile, by_name} <= set(context.file)
    assert len(context.file) < 20


def test_a_file_of_another_company_does_not_exist(base: Base, cast: Cast) -> None:
    file, half_read = uploaded_file(cast), uploaded_file(cast, state=ContactFileState.MAPPED)
    live = LiveRelease(base.consumers)
    for file_id, company in (
        (file.pk, cast.garage.pk),
        (file.pk, None),
        (half_read.pk, cast.bakery.pk),
        (10**9, cast.bakery.pk),
    ):
        criteria = replace(asking(), exclude=Exclusions(file=file_id))
        with pytest.raises(InvalidCriteriaError, match="n’existe pas"):
            live.context(criteria, company_id=company, on=TODAY)


def test_records_named_by_their_key_are_left_out(base: Base) -> None:
    index = base.consumers
    keys = index.keys_of(np.array([3, 5], dtype=np.uint32)).tolist()
    criteria = replace(asking(), exclude=Exclusions(records=tuple(sorted([*keys, 12]))))

    assert set(LiveRelease(index).context(criteria, company_id=None, on=TODAY).records) == {3, 5}


@pytest.mark.django_db(transaction=True)
def test_a_row_that_commits_late_is_never_missed(base: Base) -> None:
    """Its transaction began first and ended last: neither its id nor its date would find it."""
    from threading import Event, Thread

    index, criteria = base.consumers, asking(channel=Channel.EMAIL)
    live, row = LiveRelease(index), first_row(base.consumers, Channel.EMAIL)
    address = value_of(index, "email", row)
    written, may_commit = Event(), Event()

    def slow() -> None:
        with transaction.atomic():
            suppress(channel="email", address=address, scope="everyone", reason="slow", at=NOW)
            written.set()
            may_commit.wait(20)
        connection.close()

    thread = Thread(target=slow)
    thread.start()
    assert written.wait(20)
    suppress(channel="email", address="other@example.org", scope="everyone", reason="quick", at=NOW)
    between = live.context(criteria, company_id=None, on=TODAY)
    may_commit.set()
    thread.join()
    after = live.context(criteria, company_id=None, on=TODAY)

    assert row not in between.channel(Channel.EMAIL).opposed
    assert row in after.channel(Channel.EMAIL).opposed
