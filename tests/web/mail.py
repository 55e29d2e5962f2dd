"""Mail of the platform, as its recipients read it."""

import re

from django.conf import settings

from marketingconnect.notices.models import Notice


def mail_to(email: str, template: str = "") -> list[Notice]:
    found = Notice.objects.filter(to_email=email).order_by("pk")
    return list(found.filter(template=template) if template else found)


def link_in(notice: Notice) -> str:
    """The path of the button of a mail, the same in text and HTML."""
    paths = re.findall(re.escape(settings.BASE_URL) + r"(/compte/[\w/-]+)", notice.text)
    assert paths, notice.text
    assert settings.BASE_URL + paths[-1] in notice.html
    return str(paths[-1])
