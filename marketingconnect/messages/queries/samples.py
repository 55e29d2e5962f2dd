"""A message as one person would get it: for the preview, the proof and the moderator."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from marketingconnect.contacts.queries import merge_labels_of, usable_contacts
from marketingconnect.messages.composing.rendering import Compiled
from marketingconnect.messages.merge_fields import STANDARD_LABELS, sample_fields
from marketingconnect.messages.models import Message, MessageVersion
from marketingconnect.sending.merge import OWN_LINKS, merge
from marketingconnect.sending.message.content import CampaignContent

EXAMPLE_LINK_PATH = "/u/exemple"
"""Where the links of a preview that we fill lead: a page that says it is an example."""


@dataclass(frozen=True)
class Sample:
    """A person to render for; `invented` when no contact file is chosen."""

    fields: Mapping[str, str]
    label: str
    invented: bool


@dataclass(frozen=True)
class Rendered:
    """Subject, preheader, HTML and text with every field replaced."""

    subject: str
    preheader: str
    html: str
    text: str


def merge_choices(message: Message) -> dict[str, str]:
    """Merge field -> label, as the editor offers them: the file's, else the usual ones."""
    if message.contact_file_id is None:
        return dict(STANDARD_LABELS)
    return merge_labels_of(message.contact_file_id)


def sample_of(message: Message) -> Sample:
    """The first contact of the file chosen, else an invented person."""
    if message.contact_file_id is not None:
        for _, email, fields in usable_contacts(message.contact_file_id):
            return Sample({**fields, "email": email}, email, False)
    fields = sample_fields(merge_choices(message))
    return Sample(fields, "Camille Durand, personne inventée", True)


def render_sample(content: Compiled | MessageVersion | CampaignContent, sample: Sample) -> Rendered:
    """The content with this person's values; HTML values escaped, lines kept whole."""
    example = f"{settings.BASE_URL}{EXAMPLE_LINK_PATH}"
    fields = {**sample.fields, **dict.fromkeys(OWN_LINKS, example)}
    words = content.fallbacks
    return Rendered(
        subject=merge(content.subject, fields, words, escape=False),
        preheader=merge(content.preheader, fields, words, escape=False),
        html=merge(content.html, fields, words, escape=True),
        text=merge(content.text, fields, words, escape=False),
    )
