"""How an IBAN is printed."""


def spaced_iban(iban: str) -> str:
    """`FR14 2004 1010 …`: groups of four, with spaces that never break."""
    return "\u00a0".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def masked_iban(iban: str) -> str:
    """`FR14 •••• 2606`: enough to recognise an account by."""
    return f"{iban[:4]}\u00a0••••\u00a0{iban[-4:]}"
