"""The SEPA mandate (mandat de prélèvement) as a document to sign: a tagged PDF/A.

Its words are those that the scheme's rules impose (EPC016-06, annex VII) (CGV II.2.b).
"""

import json
from datetime import date
from importlib import resources
from typing import Any

import typst

from marketingconnect.catalogue.queries import operator_on
from marketingconnect.clock import paris_date
from marketingconnect.kernel.calendar import format_date_fr
from marketingconnect.kernel.siren import format_siret
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.payments.iban import spaced_iban
from marketingconnect.payments.models import DebitMandate
from marketingconnect.terms.law import value_on
from marketingconnect.terms.queries import law_of

ONE_OFF = "Paiement ponctuel"
RECURRENT = "Paiement récurrent"


def title_of(mandate: DebitMandate) -> str:
    """What the signer reads in the text message and in the wording of consent."""
    return f"Mandat de prélèvement SEPA {mandate.reference}"


def render_mandate(mandate: DebitMandate) -> bytes:
    """CGV II.2.b: the mandate to sign; the same bytes for the same mandate."""
    pdf = typst.compile(
        resources.files(__package__).joinpath("mandate_form.typ").read_bytes(),
        ignore_system_fonts=True,
        sys_inputs={"mandate": json.dumps(mandate_content(mandate), ensure_ascii=False)},
        pdf_standards=["a-3a"],
        timestamp=mandate.proposed_at.replace(microsecond=0),
    )
    assert isinstance(pdf, bytes)  # noqa: S101  one document, one file
    return pdf


def mandate_content(mandate: DebitMandate) -> dict[str, Any]:
    """What the document and the page beside it say."""
    proposed_on = paris_date(mandate.proposed_at)
    operator, company = operator_on(proposed_on), mandate.company
    creditor = f"{operator.legal_name} {operator.legal_form}"
    return {
        "title": title_of(mandate),
        "reference": mandate.reference,
        "proposed": {
            "year": proposed_on.year,
            "month": proposed_on.month,
            "day": proposed_on.day,
        },
        "proposed_on": format_date_fr(proposed_on).replace(" ", "\u00a0"),
        "kind": ONE_OFF if mandate.is_one_off else RECURRENT,
        "creditor": {
            "name": creditor,
            "identifier": mandate.creditor_identifier,
            "address": [operator.street, f"{operator.postal_code} {operator.city}", "France"],
        },
        "debtor": {
            "name": mandate.debtor,
            "company": company.legal_name,
            "siret": format_siret(company.siret),
            "address": [
                *(row for row in (company.billing_street, company.billing_locality) if row),
                f"{company.billing_postal_code} {company.billing_city}".strip(),
            ],
            "iban": spaced_iban(mandate.iban),
        },
        "order": mandate.order.reference if mandate.order else "",
        "authorisation": [non_breaking(one) for one in authorisation(creditor)],
        "notice": non_breaking(_notice(mandate, proposed_on)),
        "rights": [non_breaking(one) for one in (*RIGHTS, _end_of_use(proposed_on))],
    }


def authorisation(creditor: str) -> tuple[str, ...]:
    """CGV II.2.b: what the debtor authorises, in the words that the scheme imposes."""
    return (
        f"En signant ce formulaire de mandat, vous autorisez (A) {creditor} à envoyer des "
        "instructions à votre banque pour débiter votre compte, et (B) votre banque à débiter "
        f"votre compte conformément aux instructions de {creditor}.",
        "Vous bénéficiez du droit d’être remboursé par votre banque selon les conditions décrites "
        "dans la convention que vous avez passée avec elle. Une demande de remboursement doit être "
        "présentée dans les 8 semaines suivant la date de débit de votre compte pour un "
        "prélèvement autorisé, et sans tarder, au plus tard dans les 13 mois, en cas de "
        "prélèvement non autorisé.",
    )


RIGHTS = (
    "Vos droits concernant le présent mandat sont expliqués dans un document que vous pouvez "
    "obtenir auprès de votre banque.",
    "Vous pouvez révoquer ce mandat à tout moment ; ce qui reste dû se règle alors autrement.",
)


def _notice(mandate: DebitMandate, on: date) -> str:
    days = mandate.notice_days or _figure("sepa_prenotification_days", on)
    return (
        f"Chaque prélèvement vous est annoncé par e-mail, avec son montant et sa date, au moins "
        f"{days} jours calendaires avant."
    )


def _end_of_use(on: date) -> str:
    months = _figure("sepa_mandate_unused_months", on)
    return f"Ce mandat devient caduc s’il n’est pas utilisé pendant {months} mois."


def _figure(key: str, on: date) -> int:
    return value_on(key, on, law_of(key), int)
