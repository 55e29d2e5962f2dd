"""Files that are not what they should be: a clear refusal, and the release in use untouched."""

import resource
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from marketingconnect.base.models import Release
from marketingconnect.base.queries import published_release
from marketingconnect.base.sirene.layout import ESTABLISHMENTS
from marketingconnect.base.sirene.reading.diagnosis import Span
from marketingconnect.base.sirene.reading.errors import StockFileError
from marketingconnect.base.sirene.reading.staging import Reading, read_text
from marketingconnect.base.sirene.synthetic.making import MadeStock, StockOrder, make_stock
from marketingconnect.base.vocabulary import Population
from tests.base.sirene.conftest import Loaded

Spoil = Callable[[list[str]], list[str]]


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> MadeStock:
    """300 establishments in plain CSV, to be spoiled."""
    order = StockOrder(rows=300, seed=2, form="csv")
    return make_stock(order, tmp_path_factory.mktemp("plain"))


def refused(load: Loaded, stock: MadeStock) -> StockFileError:
    """The refusal of a stock, after which the base is as it was."""
    before = published_release(Population.PROFESSIONALS)
    with pytest.raises(StockFileError) as error:
        load(stock)
    assert published_release(Population.PROFESSIONALS) == before
    assert Release.objects.filter(state="building").count() == 0
    return error.value


def spoiled(stock: MadeStock, folder: Path, spoil: Spoil) -> MadeStock:
    path = folder / "StockEtablissement_utf8.csv"
    lines = stock.establishments.read_text(encoding="utf-8").split("\n")
    path.write_text("\n".join(spoil(lines)), encoding="utf-8")
    return replace(stock, establishments=path)


def changed(line: int, old: str, new: str) -> Spoil:
    """One text of one line replaced; lines count from 1."""

    def change(lines: list[str]) -> list[str]:
        assert old in lines[line - 1]
        return [*lines[: line - 1], lines[line - 1].replace(old, new, 1), *lines[line:]]

    return change


def test_a_missing_column_is_named(load: Loaded, plain: MadeStock, tmp_path: Path) -> None:
    without = spoiled(plain, tmp_path, changed(1, "etatAdministratifEtablissement", "etat"))

    error = refused(load, without)

    assert "il manque etatAdministratifEtablissement" in str(error)
    assert error.line == 1


def test_an_unknown_column_is_accepted_and_told(
    load: Loaded, plain: MadeStock, tmp_path: Path
) -> None:
    report = load(spoiled(plain, tmp_path, with_a_column_more))

    assert report.unknown_columns == ("scoreNouveau",)
    assert report.rows > 50


def with_a_column_more(lines: list[str]) -> list[str]:
    """Rows without quotes, and a column that nobody announced."""
    whole = [line for line in lines[1:] if line.count(",") == lines[0].count(",")]
    return [f"{lines[0]},scoreNouveau ", *(f"{line},7" for line in whole), ""]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (",", ";", "point-virgule"),
        (",", "\t", "tabulation"),
    ],
)
def test_another_separator_is_named(
    load: Loaded, plain: MadeStock, tmp_path: Path, old: str, new: str, words: str
) -> None:
    other = spoiled(plain, tmp_path, lambda lines: [line.replace(old, new) for line in lines])

    assert words in str(refused(load, other))


def test_a_row_of_too_few_values_is_found(load: Loaded, plain: MadeStock, tmp_path: Path) -> None:
    short = spoiled(plain, tmp_path, lambda lines: [*lines[:5], "356000000,00027", *lines[5:]])

    error = refused(load, short)

    assert "2 valeurs pour 54 colonnes" in str(error)
    assert error.line == 6


@pytest.mark.parametrize(
    ("old", "new", "column", "words"),
    [
        ("35600000000010", "3560000000001X", "siret", "n’est pas un numéro SIRET"),
        (",O,", ",O,1492-01-01", "dateCreationEtablissement", "n’est pas une date entre"),
        (",O,", ",O,2052-01-01", "dateCreationEtablissement", "n’est pas une date entre"),
        (",O,", ",O,31/12/2020", "dateCreationEtablissement", "n’est pas une date entre"),
    ],
)
def test_a_wrong_value_is_told_with_its_line_and_column(
    load: Loaded, plain: MadeStock, tmp_path: Path, old: str, new: str, column: str, words: str
) -> None:
    def change(lines: list[str]) -> list[str]:
        if column == "siret":
            return changed(2, old, new)(lines)
        cells = lines[1].split(",")
        cells[4] = new.removeprefix(",O,")
        return [lines[0], ",".join(cells), *lines[2:]]

    error = refused(load, spoiled(plain, tmp_path, change))

    assert (error.line, error.column) == (2, column)
    assert words in str(error)


def test_a_siret_twice_is_told_with_both_lines(
    load: Loaded, plain: MadeStock, tmp_path: Path
) -> None:
    def repeat(lines: list[str]) -> list[str]:
        simple = next(line for line in lines[10:] if ",O," in line and ",A," in line)
        return [*lines[:-1], simple, ""]

    twice = spoiled(plain, tmp_path, repeat)

    error = refused(load, twice)

    last = twice.establishments.read_text().count("\n")
    assert f"aussi à la ligne {last}" in str(error)
    assert 10 < error.line < last
    assert error.column == "siret"


def test_a_siren_twice_is_told(load: Loaded, plain: MadeStock, tmp_path: Path) -> None:
    path = tmp_path / "StockUniteLegale_utf8.csv"
    content = plain.units.read_text()
    path.write_text(content + content.split("\n")[3] + "\n")

    error = refused(load, replace(plain, units=path))

    assert (error.line, error.column) == (4, "siren")


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_another_encoding_is_told(
    load: Loaded, plain: MadeStock, tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "StockEtablissement.csv"
    text = (
        plain.establishments.read_text().replace("ELISE", "ÉLISE").replace("DES PRES", "DES PRÉS")
    )
    path.write_bytes(text.encode(encoding, "replace"))

    error = refused(load, replace(plain, establishments=path))

    assert "UTF-8" in str(error)
    assert error.line >= 1


def test_a_zip_cut_short_is_told(load: Loaded, made: MadeStock, tmp_path: Path) -> None:
    path = tmp_path / "StockEtablissement.zip"
    content = made.establishments.read_bytes()
    path.write_bytes(content[: len(content) // 2])

    assert "incomplète" in str(refused(load, replace(made, establishments=path)))


def test_a_zip_with_a_changed_byte_is_told(load: Loaded, made: MadeStock, tmp_path: Path) -> None:
    path = tmp_path / "StockEtablissement.zip"
    content = bytearray(made.establishments.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)

    assert "StockEtablissement.zip" in str(refused(load, replace(made, establishments=path)))


def test_a_zip_of_two_files_is_told(load: Loaded, made: MadeStock, tmp_path: Path) -> None:
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "a")
        archive.writestr("b.csv", "b")

    assert "contient 2 fichier" in str(refused(load, replace(made, establishments=path)))


def test_an_empty_file_and_a_header_alone_are_told(
    load: Loaded, plain: MadeStock, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.csv"
    empty.touch()
    header = spoiled(plain, tmp_path, lambda lines: [lines[0], ""])

    assert "vide" in str(refused(load, replace(plain, establishments=empty)))
    assert "aucune ligne" in str(refused(load, header))
    assert "ne peut pas être lu" in str(
        refused(load, replace(plain, establishments=tmp_path / "nowhere.csv"))
    )


def test_the_two_files_given_the_wrong_way_round_are_told(load: Loaded, plain: MadeStock) -> None:
    swapped = replace(plain, establishments=plain.units, units=plain.establishments)

    assert "Vérifiez que c’est bien StockEtablissement" in str(refused(load, swapped))


def test_files_of_two_months_are_told(load: Loaded, plain: MadeStock, tmp_path: Path) -> None:
    other = make_stock(StockOrder(rows=300, seed=77, form="csv"), tmp_path)

    assert "pas du même mois" in str(refused(load, replace(plain, units=other.units)))


def test_a_line_of_ten_gigabytes_is_refused_quickly_in_little_memory(
    plain: MadeStock, tmp_path: Path
) -> None:
    """The file is sparse: reading it whole would take minutes, and as much memory."""
    path = tmp_path / "StockEtablissement.csv"
    header = plain.establishments.read_text().split("\n")[0]
    with path.open("wb") as stream:
        stream.write(f"{header}\n".encode())
        stream.truncate(10 << 30)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(StockFileError, match="ne finit pas") as error:
        _read(path, tmp_path)

    assert error.value.line == 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 * 1024


def _read(path: Path, folder: Path) -> None:
    """What an import does of a text file, its hash left out: ten gigabytes take a while."""
    span = Span(date(1600, 1, 1), date(2030, 1, 1))
    read_text(Reading(path, ESTABLISHMENTS, span, folder, threads=1), say=lambda line: None)


def test_an_open_quote_is_refused_at_its_line(
    load: Loaded, plain: MadeStock, tmp_path: Path
) -> None:
    def open_quote(lines: list[str]) -> list[str]:
        return [*lines[:20], '356000000,00099,"never closed', *lines[20:]]

    error = refused(load, spoiled(plain, tmp_path, open_quote))

    assert error.line >= 2


def test_a_wrong_value_in_parquet_is_told_with_its_row(
    load: Loaded, plain: MadeStock, tmp_path: Path
) -> None:
    path = tmp_path / "StockEtablissement.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT * REPLACE (CASE WHEN nic = '00024' THEN '12' ELSE siret END AS siret)"
            f" FROM read_csv('{plain.establishments}', all_varchar = true)) TO '{path}'"
        )

    error = refused(load, replace(plain, establishments=path))

    assert error.line > 0
    assert "« 12 »" in str(error)


def test_a_refusal_leaves_the_release_in_use(
    load: Loaded, plain: MadeStock, tmp_path: Path
) -> None:
    load(plain)
    first = published_release(Population.PROFESSIONALS)

    refused(load, spoiled(plain, tmp_path, lambda lines: [*lines[:9], "1,2", *lines[9:]]))

    assert published_release(Population.PROFESSIONALS) == first
    assert first is not None
    assert first.path.is_dir()
