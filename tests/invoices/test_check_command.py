import sys

import pytest
from django.core.management import CommandError, call_command


def test_without_the_judges_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "bench.invoices_check", raising=False)
    monkeypatch.delitem(sys.modules, "bench.schematrons", raising=False)
    monkeypatch.setitem(sys.modules, "saxonche", None)

    with pytest.raises(CommandError, match=r"saxonche.*requirements-dev.txt") as refused:
        call_command("check_invoices", "--count", "1")

    assert refused.value.returncode == 2
