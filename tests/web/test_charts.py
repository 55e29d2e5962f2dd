"""Charts: round graduations, well-formed drawings, nothing told by colour alone."""

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.web.charts import WIDTHS, Chart, draw, figure, scale_for
from marketingconnect.web.charts_rows import draw_rows
from marketingconnect.web.components import Series

SVG = "{http://www.w3.org/2000/svg}"
counts = st.integers(0, 10**9) | st.floats(0, 10**9, allow_nan=False)


def drawings(chart: Chart) -> list[ElementTree.Element]:
    return parsed(draw(chart))


def parsed(drawing: str) -> list[ElementTree.Element]:
    text = str(drawing).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ')
    return list(ElementTree.fromstring(f"<div>{text}</div>"))  # noqa: S314  our own drawing


@given(counts)
def test_the_graduations_are_few_round_and_reach_the_largest_value(largest: float) -> None:
    scale = scale_for(largest)

    assert scale.top >= largest
    assert 2 <= len(scale.marks) <= 6
    assert scale.marks[0] == 0
    assert scale.marks[-1] == scale.top
    assert scale.step >= 1


@given(
    st.sampled_from(["bar", "line"]),
    st.lists(st.text(max_size=12).filter(str.isprintable), max_size=40),
    st.data(),
)
def test_a_drawing_is_well_formed_and_stays_inside_its_frame(
    kind: str, labels: list[str], data: st.DataObject
) -> None:
    values = st.lists(counts, min_size=len(labels), max_size=len(labels))
    series = [Series(name, data.draw(values)) for name in ("Aboutis", "<Non> & aboutis")]

    wide, narrow = drawings(Chart("essai", kind, "Titre", labels, series))  # type: ignore[arg-type]

    assert wide.get("viewBox") == f"0 0 {WIDTHS['wide']} 280"
    assert narrow.get("viewBox") == f"0 0 {WIDTHS['narrow']} 280"
    for shape in narrow.iter(f"{SVG}rect"):
        assert float(shape.get("x", "0")) + float(shape.get("width", "0")) <= WIDTHS["narrow"]
        assert float(shape.get("height", "0")) >= 0


@given(st.lists(st.text(max_size=60).filter(str.isprintable), min_size=1, max_size=12), st.data())
def test_lying_bars_stay_inside_their_frame_and_say_each_figure(
    labels: list[str], data: st.DataObject
) -> None:
    values = st.lists(st.integers(0, 10**6), min_size=len(labels), max_size=len(labels))
    series = [Series(name, data.draw(values)) for name in ("Aboutis", "<Non> & aboutis")]

    chart = Chart("essai", "bar", "Titre", labels, series)
    for size, drawing in zip(WIDTHS, parsed(draw_rows(chart)), strict=True):
        _, _, width, height = (float(side) for side in (drawing.get("viewBox") or "").split())
        assert width == WIDTHS[size]
        for bar in drawing.iter(f"{SVG}rect"):
            assert float(bar.get("x", "0")) + float(bar.get("width", "0")) <= width
            assert float(bar.get("y", "0")) + float(bar.get("height", "0")) <= height
        written = [text.text or "" for text in drawing.iter(f"{SVG}text")]
        assert {figure(value) for one in series for value in one.values} <= set(written)
        assert len(written) == 3 * len(labels)
        lengths = sorted(
            (value, float(bar.get("width", "0")))
            for one, bars in ((series[0], list(drawing.iter(f"{SVG}rect"))[::3]),)
            for value, bar in zip(one.values, bars, strict=True)
        )
        assert [length for _, length in lengths] == sorted(length for _, length in lengths)


def test_a_long_name_is_cut_on_the_drawing_alone() -> None:
    name = "une-tres-longue-maison-de-messagerie.example.org"
    chart = Chart("a", "bar", "Titre", [name], [Series("Aboutis", [40])])

    wide, narrow = str(draw_rows(chart)).partition('<svg class="chart-narrow"')[::2]
    assert "une-tres-longue-maison-d…<" in wide
    assert "une-tres-longue-maison-de-messagerie.ex…<" in narrow


def test_a_drawing_says_its_title_and_its_main_figures() -> None:
    chart = Chart("a", "bar", "Aboutis par jour", ["lun.", "mar."], [Series("Aboutis", [40, 1200])])

    wide = drawings(chart)[0]

    assert wide.get("role") == "img"
    assert wide.findtext(f"{SVG}title") == "Aboutis par jour"
    assert "maximum 1\u202f200 (mar.)" in (wide.findtext(f"{SVG}desc") or "")


def test_the_second_series_is_hatched_or_dashed() -> None:
    series = [Series("Aboutis", [1, 2]), Series("Non aboutis", [3, 4])]

    bars = drawings(Chart("a", "bar", "T", ["x", "y"], series))[0]
    lines = drawings(Chart("a", "line", "T", ["x", "y"], series))[0]

    hatch = bars.find(f".//{SVG}pattern")
    assert hatch is not None
    assert any(shape.get("fill") == f"url(#{hatch.get('id')})" for shape in bars.iter(f"{SVG}rect"))
    assert [path.get("stroke-dasharray") for path in lines.findall(f".//{SVG}g/{SVG}path")] == [
        "",
        "9 5",
    ]


def test_labels_that_would_touch_are_thinned() -> None:
    labels = [f"{day:02d}/11" for day in range(1, 31)]
    wide, narrow = drawings(Chart("a", "bar", "T", labels, [Series("n", [1] * 30)]))

    def written(drawing: ElementTree.Element) -> int:
        return sum(1 for text in drawing.iter(f"{SVG}text") if text.text in labels)

    assert written(narrow) < written(wide) <= 30
    assert written(narrow) >= 4
