"""The checks of a draft or of a frozen version."""

from datetime import date

from marketingconnect.accounts.models import Company
from marketingconnect.contacts.queries import merge_fields_of
from marketingconnect.messages.composing.rendering import Compiled
from marketingconnect.messages.models import Message, MessageVersion
from marketingconnect.messages.queries.drafts import compiled_draft, draft_of
from marketingconnect.messages.reading import MessageFacts, read_html
from marketingconnect.messages.rules.checks import check_message
from marketingconnect.messages.rules.findings import Finding
from marketingconnect.messages.rules.restricted import Flag, restricted_flags
from marketingconnect.messages.specification import specification_on


def findings_of(message: Message, *, on: date, compiled: Compiled | None = None) -> list[Finding]:
    """Every finding on a draft, the most serious first, by the specification of that day."""
    content = compiled or compiled_draft(message)
    known = frozenset(merge_fields_of(message.contact_file_id)) if message.contact_file_id else None
    names = (*_names_of(message.company), draft_of(message).legal.advertiser)
    facts = _facts(content, advertiser_names=names, known_fields=known)
    return check_message(facts, specification=specification_on(on))


def flags_of(content: Compiled | MessageVersion) -> list[Flag]:
    """Regulated subjects that a content touches."""
    return restricted_flags(_facts(content, advertiser_names=(), known_fields=None))


def version_findings(version: MessageVersion, *, on: date) -> list[Finding]:
    """The checks of a frozen version, for the moderator."""
    names = _names_of(version.message.company)
    facts = _facts(version, advertiser_names=names, known_fields=None)
    return check_message(facts, specification=specification_on(on))


def _names_of(company: Company) -> tuple[str, ...]:
    return (company.legal_name, company.siren)


def _facts(
    content: Compiled | MessageVersion,
    *,
    advertiser_names: tuple[str, ...],
    known_fields: frozenset[str] | None,
) -> MessageFacts:
    visible, links, pictures = read_html(content.html)
    return MessageFacts(
        subject=content.subject,
        preheader=content.preheader,
        sender_name=content.sender_name,
        reply_to=content.reply_to,
        html=content.html,
        text=content.text,
        fallbacks=content.fallbacks,
        merge_fields=tuple(content.merge_fields),
        known_fields=known_fields,
        advertiser_names=advertiser_names,
        links=links,
        pictures=pictures,
        visible_text=visible,
    )
