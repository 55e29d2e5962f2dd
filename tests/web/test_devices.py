"""A browser is named in words."""

import pytest

from marketingconnect.web.devices import device_name

CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140 Safari/537"
)


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (CHROME, "Chrome sur Linux"),
        (f"{CHROME} Edg/140.0", "Edge sur Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18 like Mac OS X) Safari/604.1", "Safari sur iPhone"),
        ("Mozilla/5.0 (Android 15; Mobile) Gecko Firefox/140.0", "Firefox sur Android"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "Appareil inconnu"),
    ],
)
def test_a_browser_is_named_in_words(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name
