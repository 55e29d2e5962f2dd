"""The QR code that fills a transfer in the client's banking application (EPC069-12)."""

from segno import helpers

from marketingconnect.kernel.money import Money


def transfer_qr_code(*, name: str, iban: str, bic: str, amount: Money, reference: str) -> str:
    """CGV II.1.b: an SVG element, black on white, that says whom to pay, how much and why.

    `reference` is a creditor reference (ISO 11649); `amount` is positive, in euros. Nothing in it
    comes from a client, and it holds neither style nor script.
    """
    code = helpers.make_epc_qr(
        name=name[:70], iban=iban, bic=bic, amount=amount.to_decimal(), reference=reference
    )
    return str(code.svg_inline(scale=4, border=4, dark="#000", light="#fff", title=TITLE))


TITLE = "Code QR du virement : bénéficiaire, montant et référence"
