"""What shares a running thing really goes to one worker."""

import pytest


@pytest.mark.xdist_group("a group of the house")
def test_a_group_is_kept_together(request: pytest.FixtureRequest) -> None:
    """By the name that pytest-xdist gives a test of a group, where it is asked for groups."""
    if getattr(request.config.option, "loadgroup", False):
        assert request.node.nodeid.endswith("@a group of the house")
