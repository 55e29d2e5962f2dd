"""Every page compiles before the first visitor comes."""

from marketingconnect.config.warm_up import warm_up


def test_every_page_compiles() -> None:
    assert warm_up() > 100
