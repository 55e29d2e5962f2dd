"""Each rule has its article and its tests, each article its rule or its reason, and it shows."""

from marketingconnect.terms.rules_document import register


def test_the_register_of_rules_is_whole_and_fresh() -> None:
    assert register().problems() == []
