"""French marks never start a line: the space before them, or after «, does not break."""

import pytest

from tests.house.repository import read
from tests.house.typography import mended, templates


def test_templates_hold_their_punctuation() -> None:
    assert [str(path) for path in templates() if mended(read(path)) != read(path)] == [], (
        "run python -m tests.house.typography"
    )


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Prêt ? « Oui » : 20 %", "Prêt~? «~Oui~»~: 20~%"),
        ("{{ rate }} % de {{ name }} :", "{{ rate }}~% de {{ name }}~:"),
        ("« {{ name }} »", "«~{{ name }}~»"),
        ('<a title="Continuer ?">Continuer ?</a>', '<a title="Continuer~?">Continuer~?</a>'),
        ("{% if a %}Oui{% endif %} !", "{% if a %}Oui{% endif %}~!"),
        ('<p style="color: red; margin: 0">', '<p style="color: red; margin: 0">'),
        ('{{ x|default:"a : b" }} {# c : d #}', '{{ x|default:"a : b" }} {# c : d #}'),
        ("à 14:32, https://example.org/?a=1", "à 14:32, https://example.org/?a=1"),
    ],
)
def test_what_is_held_and_what_is_left_alone(text: str, held: str) -> None:
    assert mended(text) == held.replace("~", "\u00a0")
    assert mended(mended(text)) == mended(text)
