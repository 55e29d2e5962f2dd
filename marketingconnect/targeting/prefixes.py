"""What a code of a prefix field stands for: the same in every engine."""

from marketingconnect.nomenclatures.naf import naf_children


def prefixes(value: str) -> tuple[str, ...]:
    """What codes begin with: the code itself, or the divisions of a section of the NAF."""
    if value.isalpha():
        return tuple(division.code for division in naf_children(value))
    return (value,)
