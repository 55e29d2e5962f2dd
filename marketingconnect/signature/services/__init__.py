"""Verbs of a signature."""

from marketingconnect.signature.services.codes import confirm_code, send_code
from marketingconnect.signature.services.incidents import report_incident
from marketingconnect.signature.services.requests import (
    collect_signer,
    expire_requests,
    propose_document,
    record_download,
    record_opening,
    refuse,
    withdraw_document,
)
from marketingconnect.signature.services.signing import retry_pending, sign_consented

__all__ = [
    "collect_signer",
    "confirm_code",
    "expire_requests",
    "propose_document",
    "record_download",
    "record_opening",
    "refuse",
    "report_incident",
    "retry_pending",
    "send_code",
    "sign_consented",
    "withdraw_document",
]
