"""All the checks of a message, in the order in which one mends them (CGV B.2)."""

from marketingconnect.messages.reading import MessageFacts
from marketingconnect.messages.rules.findings import Finding, Level
from marketingconnect.messages.rules.form import (
    picture_findings,
    sender_findings,
    subject_findings,
    weight_findings,
)
from marketingconnect.messages.rules.links import link_findings
from marketingconnect.messages.rules.mentions import mentions_findings
from marketingconnect.messages.rules.merging import merge_findings
from marketingconnect.messages.specification import Specification


def check_message(facts: MessageFacts, *, specification: Specification) -> list[Finding]:
    """CGV B.2: every finding of every check, the most serious first."""
    findings = [
        *subject_findings(facts, specification=specification),
        *sender_findings(facts, specification=specification),
        *mentions_findings(facts),
        *merge_findings(facts),
        *link_findings(facts),
        *picture_findings(facts, specification=specification),
        *weight_findings(facts, specification=specification),
    ]
    order = list(Level)
    return sorted(findings, key=lambda finding: order.index(finding.level))
