"""A stock from INSEE's zips to a published release, with the counts that its maker told."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from marketingconnect.audit.models import JournalEntry
from marketingconnect.base.engine import parquet
from marketingconnect.base.models import Release, SireneVintage
from marketingconnect.base.queries import published_release
from marketingconnect.base.releases.contents import ReleaseRef
from marketingconnect.base.schema import PROFESSIONALS, TOMBSTONES_FILE, check_parquet, parts_of
from marketingconnect.base.sirene.queries import sirene_notice_of, sirene_vintage_of
from marketingconnect.base.sirene.services import StockRefusedError
from marketingconnect.base.sirene.synthetic.making import MadeStock, StockOrder, make_stock
from marketingconnect.base.vocabulary import Population
from marketingconnect.kernel.siren import normalise_siret
from tests.base.sirene.conftest import DELIVERED, VINTAGE, Loaded


def in_use() -> ReleaseRef:
    ref = published_release(Population.PROFESSIONALS)
    assert ref is not None
    return ref


def asked(query: str) -> list[tuple[Any, ...]]:
    """Rows of a query over `{rows}` and `{tombstones}` of the release in use."""
    ref = in_use()
    with duckdb.connect() as connection:
        return connection.execute(
            query.format(
                rows=parquet(parts_of(ref.path)), tombstones=parquet(ref.path / TOMBSTONES_FILE)
            )
        ).fetchall()


def test_every_row_is_counted_where_its_maker_said(load: Loaded, made: MadeStock) -> None:
    report = load(made)

    truth = made.truth
    assert report.rows == truth.usable == in_use().rows
    assert report.establishments == {
        "rows": truth.establishments,
        "hidden": truth.hidden,
        "closed": truth.closed,
        "abroad": truth.abroad,
        "open": truth.establishments - truth.hidden - truth.closed - truth.abroad,
    }
    assert (report.units["rows"], report.units["hidden"]) == (truth.units, truth.hidden_units)
    told = ("usable", "orphans", "of_hidden_units", "of_ceased_units")
    assert {name: report.matched[name] for name in told} == {
        name: getattr(truth, name) for name in told
    }
    assert report.matched["sole_trader"] == truth.sole_traders
    assert report.matched["head_office"] == truth.head_offices
    assert report.matched["without_naf"] == truth.old_activities
    assert asked("SELECT count_if(town LIKE '% CEDEX%') FROM {rows}") == [(truth.with_cedex,)]
    assert report.unknown_columns == ()


@pytest.mark.parametrize("layout", [54, 48])
@pytest.mark.parametrize("form", ["csv", "zip", "parquet"])
def test_each_layout_and_each_form_gives_the_same_base(
    load: Loaded, tmp_path: Path, form: str, layout: int
) -> None:
    order = StockOrder(rows=600, seed=5, layout=layout, form=form)
    stock = make_stock(order, tmp_path / "stock")

    report = load(stock)

    assert report.rows == stock.truth.usable
    assert report.matched["with_naf25"] == (
        stock.truth.usable - stock.truth.old_activities if layout == 54 else 0
    )
    points = asked("SELECT count(DISTINCT (x, y)), count(DISTINCT commune) FROM {rows}")[0]
    assert (points[0] > points[1]) == (layout == 54)


def test_the_release_is_of_the_bases_layout_and_nothing_masked_is_in_it(
    load: Loaded, made: MadeStock
) -> None:
    load(made)

    with duckdb.connect() as connection:
        for part in parts_of(in_use().path):
            check_parquet(connection, part, PROFESSIONALS)
    assert asked("SELECT count(*) FROM {rows} WHERE CAST(COLUMNS(*) AS VARCHAR) LIKE '%[ND]%'") == [
        (0,)
    ]
    lines = ("name", "trade_name", "line3", "line4", "line5", "postal_code || ' ' || town")
    longest = ", ".join(f"max(length({line}))" for line in lines)
    assert max(asked(f"SELECT {longest} FROM {{rows}}")[0]) <= 38
    for (siret,) in asked("SELECT siret FROM {rows} USING SAMPLE 400 ROWS"):
        assert normalise_siret(siret) == siret
    assert asked("SELECT count(*) FROM {rows} WHERE siren = '356000000'") == [
        (made.truth.la_poste,)
    ]
    assert asked(
        "SELECT DISTINCT post_supplier, post_proof, phone_supplier, email FROM {rows}"
    ) == [(1, 1, 0, "")]


def test_who_is_hidden_is_withdrawn_by_its_numbers(load: Loaded, made: MadeStock) -> None:
    load(made)

    truth = made.truth
    kinds = asked(
        "SELECT count_if(siret <> ''), count_if(siret = ''), count(DISTINCT record_key) = count(*),"
        " min(since), max(since) FROM {tombstones}"
    )
    assert kinds == [
        (truth.hidden + truth.of_hidden_units, truth.hidden_units, True, VINTAGE, VINTAGE)
    ]
    assert asked("SELECT count(*) FROM {rows} SEMI JOIN {tombstones} USING (siret)") == [(0,)]
    assert asked(
        "SELECT count(*) FROM {rows} SEMI JOIN"
        " (SELECT * FROM {tombstones} WHERE siret = '') USING (siren)"
    ) == [(0,)]


def test_a_company_that_asks_to_be_hidden_takes_its_earlier_rows_with_it(
    load: Loaded, tmp_path: Path
) -> None:
    stock = make_stock(StockOrder(rows=300, seed=8, form="csv"), tmp_path / "first")
    load(stock)
    siren = asked("SELECT siren FROM {rows} GROUP BY siren HAVING count(*) > 1 ORDER BY 1")[0][0]
    mine = asked(f"SELECT siret FROM {{rows}} WHERE siren = '{siren}' ORDER BY 1")
    before = asked("SELECT record_key FROM {tombstones}")

    later = replace(
        stock,
        establishments=without_lines(stock.establishments, f"{mine[0][0]},"),
        units=with_status(stock.units, siren, "P"),
    )
    report = load(later, vintage=date(2026, 11, 10), delivered_on=date(2026, 11, 12))

    assert report.rows == stock.truth.usable - len(mine)
    withdrawn = asked(f"SELECT siret FROM {{tombstones}} WHERE siren = '{siren}' ORDER BY 1")
    assert withdrawn == [("",), *mine]
    assert set(before) <= set(asked("SELECT record_key FROM {tombstones}"))

    load(stock, vintage=date(2026, 11, 11), delivered_on=date(2026, 11, 12))
    assert asked(f"SELECT count(*) FROM {{tombstones}} WHERE siren = '{siren}'") == [(0,)]
    assert set(before) == set(asked("SELECT record_key FROM {tombstones}"))


def without_lines(path: Path, text: str) -> Path:
    changed = path.with_name(f"without-{path.name}")
    kept = [line for line in path.read_text().splitlines(keepends=True) if text not in line]
    changed.write_text("".join(kept))
    return changed


def with_status(path: Path, siren: str, status: str) -> Path:
    changed = path.with_name(f"status-{path.name}")
    changed.write_text(path.read_text().replace(f"\n{siren},O,", f"\n{siren},{status},"))
    return changed


def test_vintage_delivery_and_load_are_recorded_with_their_notice(
    load: Loaded, made: MadeStock, base_root: Path
) -> None:
    load(made)

    ref, vintage = in_use(), SireneVintage.objects.get()
    assert (vintage.vintage, vintage.delivered_on) == (VINTAGE, DELIVERED)
    assert (vintage.loaded_on, vintage.release_id) == (date(2026, 11, 25), ref.id)
    assert vintage.files["etablissements"]["size"] == made.establishments.stat().st_size
    assert (ref.as_of, ref.vintage) == (date(2026, 11, 25), DELIVERED)
    assert sirene_vintage_of(ref.id) == VINTAGE
    assert sirene_notice_of(ref.id).replace("\u00a0", " ") == (
        "Source : INSEE, répertoire SIRENE, données au 31 octobre 2026,"
        " rediffusées sous Licence Ouverte 2.0."
    )
    entry = JournalEntry.objects.get(action="base.sirene_loaded")
    assert entry.after is not None
    assert entry.after["rows"] == made.truth.usable
    assert not (base_root / "sirene").exists()


def test_a_release_without_the_register_has_no_vintage(db: None) -> None:
    other = Release.objects.create(
        name="consumers-2026-11-25-01",
        population=Population.CONSUMERS,
        as_of=VINTAGE,
        vintage=VINTAGE,
        started_at="2026-11-25T12:00Z",
        manifest={"sources": [{"supplier": 2, "vintage": "2026-11"}]},
    )

    assert sirene_vintage_of(other.pk) is None
    assert sirene_notice_of(other.pk) == ""


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        ({"delivered_on": date(2026, 10, 20), "vintage": date(2026, 9, 30)}, "trop longtemps"),
        ({"delivered_on": date(2026, 11, 26)}, "à venir"),
        ({"delivered_on": date(2026, 10, 30)}, "avant la date de son état"),
    ],
)
def test_a_stock_is_refused_for_its_dates(
    load: Loaded, made: MadeStock, dates: dict[str, date], words: str
) -> None:
    with pytest.raises(StockRefusedError, match=words):
        load(made, **dates)

    assert published_release(Population.PROFESSIONALS) is None


def test_a_late_stock_is_loaded_with_a_reason_that_stays_in_the_journal(
    load: Loaded, made: MadeStock
) -> None:
    load(
        made,
        delivered_on=date(2026, 10, 2),
        vintage=date(2026, 9, 30),
        late_because="Le stock de novembre n’est pas paru.",
    )

    entry = JournalEntry.objects.get(action="base.sirene_loaded")
    assert entry.after is not None
    assert entry.after["late_because"] == "Le stock de novembre n’est pas paru."


def test_an_older_stock_never_replaces_a_more_recent_one(load: Loaded, made: MadeStock) -> None:
    load(made)

    with pytest.raises(StockRefusedError, match="plus récent"):
        load(made, vintage=date(2026, 9, 30))
    assert load(made).rows == made.truth.usable
