import pytest

from marketingconnect.geography.labels import LONGEST_LABEL, routing_label, unaccented
from marketingconnect.geography.places import communes


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Saint-Étienne-du-Rouvray", "ST ETIENNE DU ROUVRAY"),
        ("Sainte-Foy-lès-Lyon", "STE FOY LES LYON"),
        ("L’Haÿ-les-Roses", "L HAY LES ROSES"),
        ("Saintes", "SAINTES"),
        ("Œuilly", "OEUILLY"),
        ("Paris 1er Arrondissement", "PARIS"),
        ("Marseille 12e arrondissement", "MARSEILLE"),
        (
            "Saint-Germain-de-Tallevende-la-Lande-Vaumont",
            "ST GERMAIN DE TALLEVENDE LA",
        ),
    ],
)
def test_a_name_is_written_as_on_an_envelope(name: str, label: str) -> None:
    assert routing_label(name) == label


def test_no_label_is_longer_than_a_line_of_an_address() -> None:
    labels = [found.label for found in communes()]

    assert max(map(len, labels)) <= LONGEST_LABEL
    assert all(labels)


def test_plain_capitals_keep_digits_and_drop_the_rest() -> None:
    assert unaccented("  L’île-d’Yeu,  (85) ") == "L ILE D YEU 85"
