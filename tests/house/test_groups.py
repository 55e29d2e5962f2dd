"""What shares a running thing really goes to one worker."""

import pytest


@pytest.mark.xdist_group("a group of the house")
def test_a_group_is_kept_together(request: pytest.FixtureRequest) -> None:
    """By the name that pytest-xdist gives a test of a group; alone, there are no workers."""
    if hasattr(request.config, "workerinput"):
        assert request.node.nodeid.endswith("@a group of the house")
