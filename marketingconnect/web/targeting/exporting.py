"""The figures of the screen as a CSV file."""

import csv
import io
from collections.abc import Iterator

from django.http import HttpResponse

from marketingconnect.web.targeting import counting
from marketingconnect.web.targeting.figures import TOO_FEW, CountView, DetailsView
from marketingconnect.web.targeting.listing import in_words
from marketingconnect.web.targeting.page import Place, read_or_none


def csv_of(place: Place) -> HttpResponse:
    """The count, what each criterion takes away, the areas and the breakdowns."""
    criteria, target = read_or_none(place.target.criteria), place.target
    count = counting.count_view(criteria, place.who())
    details = counting.details_view(criteria, place.who())
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(["Cible", _plain(target.name)])
    writer.writerow(["Critères", _plain(in_words(target))])
    writer.writerow(["Source", count.source])
    writer.writerows(_rows(count, details))
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="cible-{target.pk}.csv"'
    return response


def _plain(text: str) -> str:
    """What a spreadsheet would take for a formula begins with an apostrophe."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


def _rows(count: CountView, details: DetailsView) -> Iterator[list[object]]:
    number = TOO_FEW if count.refusal else count.number
    yield ["Nombre", "" if number is None else number]
    yield []
    yield ["Canal", "Nombre", "Prix HT"]
    for row in count.channels:
        price = f"{row.price.cents / 100:.2f}".replace(".", ",") if row.price else ""
        yield [row.label, row.words if row.count is None else row.count, price]
    yield []
    yield ["Critère", "Retire", "Reste"]
    for step in details.steps:
        removed = step.words if step.removed is None else step.removed
        yield [step.label, removed, TOO_FEW if step.left is None else step.left]
    yield []
    yield [details.area_word, "Nombre"]
    for area in details.areas:
        yield [area.name, TOO_FEW if area.count is None else area.count]
    for one in details.breakdowns:
        yield []
        yield [one.word, "Nombre"]
        for part in one.rows:
            yield [part.name, TOO_FEW if part.count is None else part.count]
