"""The database of this test, for a process or a connection of its own."""

from urllib.parse import quote

from django.db import connection


def database_url() -> str:
    kept = connection.settings_dict
    return (
        f"postgres://{quote(kept['USER'])}:{quote(kept['PASSWORD'])}"
        f"@{quote(kept['HOST'], safe='')}:{kept['PORT']}/{kept['NAME']}"
    )
