"""What a trace says, in French and in JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from marketingconnect.kernel.money import format_number_fr
from marketingconnect.kernel.typography import non_breaking

_FEW: Final = 20
"""Fewer rows than this say nothing by themselves."""
_TRAPS_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class DeliverySeen:
    """One delivery beside the file."""

    delivery: int
    label: str
    rows: int
    compared: int
    agreeing: int
    log10_chance: float
    traps: tuple[str, ...]
    references: int
    is_named: bool


@dataclass(frozen=True, slots=True)
class TraceReport:
    """The whole answer; deliveries are ranked, those named first."""

    file: str
    sha256: str
    rows: int
    recognisable: int
    compared_with: int
    deliveries: tuple[DeliverySeen, ...]

    @property
    def named(self) -> tuple[DeliverySeen, ...]:
        return tuple(seen for seen in self.deliveries if seen.is_named)

    @property
    def lead(self) -> DeliverySeen | None:
        """The only delivery with nearly all the rows, when none is proven: no more than a lead."""
        if self.named:
            return None
        large = [seen for seen in self.deliveries if 2 * seen.rows >= self.recognisable]
        if len(large) != 1 or large[0].rows < _FEW or 10 * large[0].rows < 9 * self.recognisable:
            return None
        return large[0]

    @property
    def conclusion(self) -> str:
        if self.named:
            labels = " ; ".join(seen.label for seen in self.named)
            if len(self.named) == 1:
                return non_breaking(f"Ce fichier provient de la livraison {labels}.")
            return non_breaking(f"Ce fichier réunit plusieurs livraisons : {labels}.")
        if self.lead is not None:
            return non_breaking(
                "Aucune livraison n’est prouvée. Une piste, qui n’est pas une preuve : presque "
                f"toutes ces lignes sont dans la livraison {self.lead.label}, et dans elle seule."
            )
        return "Aucune livraison : rien ne prouve que ces lignes viennent d’un fichier livré."

    def as_json(self) -> dict[str, Any]:
        """For machines; a chance is the power of ten that bounds it."""
        return {
            "file": self.file,
            "sha256": self.sha256,
            "rows": self.rows,
            "rows_recognisable": self.recognisable,
            "compared_with": self.compared_with,
            "named": [seen.delivery for seen in self.named],
            "lead": self.lead.delivery if self.lead else None,
            "conclusion": self.conclusion,
            "deliveries": [
                {
                    "delivery": seen.delivery,
                    "label": seen.label,
                    "rows": seen.rows,
                    "spellings_compared": seen.compared,
                    "spellings_agreeing": seen.agreeing,
                    "log10_chance": round(seen.log10_chance, 1),
                    "traps": list(seen.traps),
                    "references": seen.references,
                    "named": seen.is_named,
                }
                for seen in self.deliveries
            ],
        }


def report_lines(report: TraceReport, *, most: int = 10) -> Sequence[str]:
    """The report as a person reads it."""
    lines = [
        f"Fichier {report.file} : {format_number_fr(report.rows)} lignes, dont "
        f"{format_number_fr(report.recognisable)} avec un nom ou une rue.",
        f"Empreinte du fichier (SHA-256) : {report.sha256}",
        f"Comparé à {format_number_fr(report.compared_with)} livraison(s).",
        "",
        report.conclusion,
    ]
    for seen in report.deliveries[:most]:
        lines += ["", *_lines_of(seen)]
    return [non_breaking(line) for line in lines]


def _lines_of(seen: DeliverySeen) -> list[str]:
    lines = [
        f"Livraison {seen.label} : {'PROUVÉE' if seen.is_named else 'non prouvée'}",
        f"  lignes du fichier qui y sont : {format_number_fr(seen.rows)}",
        f"  graphies identiques : {format_number_fr(seen.agreeing)} sur "
        f"{format_number_fr(seen.compared)} comparées ({_chance(seen.log10_chance)})",
    ]
    if seen.traps:
        others = len(seen.traps) - _TRAPS_SHOWN
        more = f" et {format_number_fr(others)} autres" if others > 0 else ""
        shown = ", ".join(seen.traps[:_TRAPS_SHOWN])
        lines.append(f"  adresses pièges trouvées : {shown}{more}")
    if seen.references:
        lines.append(f"  références de cette livraison : {format_number_fr(seen.references)}")
    return lines


def _chance(log10: float) -> str:
    if log10 > -1:
        return "le hasard suffit à l’expliquer"
    return f"par hasard : moins d’une chance sur 10 puissance {int(-log10)}"
