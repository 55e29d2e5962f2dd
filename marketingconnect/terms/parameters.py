"""Every number and every reading that the clauses of the terms leave to set.

A version of the terms carries one TermsParameters, stored with it for ever: rules receive the
parameters of the version their order is bound to, so that a new version changes no old order.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Final, get_args, get_type_hints

from marketingconnect.kernel.money import Money
from marketingconnect.kernel.working_days import WORKING_DAY_TERRITORIES
from marketingconnect.terms.readings import (
    Compensated,
    EarlyTermination,
    LetterCounts,
    MinimumTermStart,
    ReferenceStart,
)

JsonValue = str | int | bool | None


class InvalidParametersError(ValueError):
    """Parameters that no version of the terms may carry; the message names the field."""


_MINIMUM_ORDER: Final = Money(300_00)
_TRANSFER_ABOVE: Final = Money(5_000_00)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a parameter comes from and what it may be.

    `meaning` is French, shown to administrators, and gives the reading chosen where the clause
    allows several. `least` and `most` are inclusive; cents for an amount.
    """

    article: str
    meaning: str
    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsParameters:
    """The parameters of one version; the defaults are those of versions 1 and 2.

    Each is annotated with its Setting: article, meaning, range.
    """

    # Definitions
    proposal_validity_days: Annotated[
        int, Setting("Def", "Validité d’une proposition commerciale, en jours", least=1, most=365)
    ] = 30
    delivery_window_hours: Annotated[
        int,
        Setting(
            "Def", "Un e-mail est abouti s’il n’est pas revenu dans ce délai, en heures", most=720
        ),
    ] = 72
    affiliate_above_percent: Annotated[
        Decimal,
        Setting(
            "Def", "Société affiliée : part de capital ou de votes strictement supérieure", most=100
        ),
    ] = Decimal("20")
    working_day_territory: Annotated[
        str, Setting("III.l", "Calendrier des jours ouvrés appliqué à tous les délais")
    ] = "metropole"

    # A. Booster
    booster_start_months_after: Annotated[
        int,
        Setting(
            "A.1.2", "Démarrage : premier jour ouvré du n-ième mois suivant la validation", most=12
        ),
    ] = 1
    booster_statistics_hours: Annotated[
        int,
        Setting("A.1.3", "Nombre de clics : mis à jour au moins toutes les … heures", least=1),
    ] = 24
    booster_minimum_months: Annotated[
        int, Setting("A.2", "Durée minimale de l’abonnement, en mois", most=36)
    ] = 3
    booster_minimum_from: Annotated[
        MinimumTermStart, Setting("A.2", "Point de départ de la durée minimale")
    ] = MinimumTermStart.CAMPAIGN_START
    booster_early_termination: Annotated[
        EarlyTermination, Setting("A.2", "Effet d’une résiliation demandée trop tôt")
    ] = EarlyTermination.AT_END_OF_MINIMUM
    booster_billing_months: Annotated[
        int, Setting("A.2", "Période de facturation de l’abonnement, en mois", least=1, most=12)
    ] = 1

    # B. EmailConnect and CC. ContactConnect
    send_lead_working_days: Annotated[
        int,
        Setting(
            "B.1.4",
            "Jours ouvrés entre la validation du paiement, non comptée, et l’envoi (aussi CC.1.c)",
            most=30,
        ),
    ] = 2
    email_undelivered_consumer_percent: Annotated[
        Decimal,
        Setting(
            "B.3",
            "Indemnisation des e-mails non aboutis, particuliers : strictement au-dessus",
            most=100,
        ),
    ] = Decimal("10")
    email_undelivered_professional_percent: Annotated[
        Decimal,
        Setting(
            "B.3",
            "Indemnisation des e-mails non aboutis, professionnels : strictement au-dessus",
            most=100,
        ),
    ] = Decimal("20")
    sms_undelivered_consumer_percent: Annotated[
        Decimal,
        Setting(
            "CC.4",
            "Indemnisation des SMS non aboutis, particuliers : strictement au-dessus",
            most=100,
        ),
    ] = Decimal("5")
    sms_undelivered_professional_percent: Annotated[
        Decimal | None,
        Setting(
            "CC.4", "Indemnisation des SMS non aboutis, professionnels : aucune si vide", most=100
        ),
    ] = None
    undelivered_compensated: Annotated[
        Compensated, Setting("B.3", "Ce qui est indemnisé : l’excédent ou le tout (aussi CC.4)")
    ] = Compensated.EXCESS
    claim_months: Annotated[
        int,
        Setting(
            "B.3",
            "Réclamation : mois à compter de l’envoi du lot d’adresses louées (aussi CC.4)",
            least=1,
            most=12,
        ),
    ] = 1
    claim_letter_counts: Annotated[
        LetterCounts, Setting("B.3", "La réclamation est à temps selon sa date…")
    ] = LetterCounts.WHEN_POSTED
    contact_file_retention_days: Annotated[
        int,
        Setting(
            "B.5", "Conservation d’un fichier de contacts après sa dernière campagne, en jours"
        ),
    ] = 30

    # CL. ListConnect
    trap_addresses_least: Annotated[
        int, Setting("CL.2", "Adresses pièges : au moins tant par livraison", most=100)
    ] = 2
    trap_addresses_rows_each: Annotated[
        int,
        Setting("CL.2", "Adresses pièges : une par tranche de tant de lignes livrées", least=100),
    ] = 3_000
    sirene_max_age_days: Annotated[
        int,
        Setting(
            "CL.5", "Mise à jour SIRENE : jours après la livraison par l’INSEE", least=1, most=365
        ),
    ] = 30
    quantity_tolerance_percent: Annotated[
        Decimal, Setting("CL.6", "Tolérance de quantité, en plus ou en moins", most=100)
    ] = Decimal("7")
    quantity_tolerance_inclusive: Annotated[
        bool, Setting("CL.6", "Un écart exactement égal à la tolérance est toléré")
    ] = True
    undeliverable_mail_months: Annotated[
        int, Setting("CL.6", "Remise des NPAI : mois à compter de la livraison", least=1, most=12)
    ] = 3
    undeliverable_mail_threshold_percent: Annotated[
        Decimal, Setting("CL.6", "Avoir sur NPAI : strictement au-dessus de cette part", most=100)
    ] = Decimal("0")
    phone_use_by_days: Annotated[
        int,
        Setting("CL.6", "Date limite d’utilisation d’un fichier de téléphones, en jours", least=1),
    ] = 30
    delivered_file_proof_years: Annotated[
        int,
        Setting("CL.6", "Conservation des fichiers reçus et de leurs preuves, en années", least=1),
    ] = 5

    # II. Sale and payment
    credentials_notice_hours: Annotated[
        int,
        Setting(
            "II.1.a", "Information du client après un changement d’identifiants, en heures", least=1
        ),
    ] = 24
    minimum_order: Annotated[
        Money, Setting("II.1.b", "Minimum de facturation hors taxes, par commande")
    ] = _MINIMUM_ORDER
    minimum_mailing_pieces: Annotated[
        int, Setting("II.1.b", "Minimum de facturation du publipostage, en plis")
    ] = 100
    transfer_may_be_required_above: Annotated[
        Money, Setting("II.1.b", "Virement exigible : montant hors taxes strictement supérieur")
    ] = _TRANSFER_ABOVE
    transfer_required_by_default: Annotated[
        bool,
        Setting("II.1.b", "Le virement est exigé au-dessus du seuil, sauf exception par client"),
    ] = True
    first_payment_within_months: Annotated[
        int,
        Setting("II.2.b", "Premier paiement : mois à compter de l’acceptation", least=1, most=12),
    ] = 1
    starts_on_first_instalment: Annotated[
        bool,
        Setting(
            "II.2.b",
            "Commande hors ligne avec échéancier : elle commence dès sa première échéance reçue",
        ),
    ] = True
    card_debit_notice_days: Annotated[
        int,
        Setting("II.2.b", "Prélèvement par carte : annoncé tant de jours avant", least=1, most=30),
    ] = 2
    card_debit_retry_days: Annotated[
        int,
        Setting(
            "II.2.b",
            "Prélèvement par carte refusé : nouvel essai, jours après le premier refus",
            least=1,
            most=30,
        ),
    ] = 3
    card_debit_last_retry_days: Annotated[
        int,
        Setting(
            "II.2.b",
            "Prélèvement par carte refusé : dernier essai, jours après le premier refus",
            least=2,
            most=60,
        ),
    ] = 7
    signature_code_digits: Annotated[
        int, Setting("II.3", "Code de signature par SMS : nombre de chiffres", least=6, most=10)
    ] = 6
    signature_code_minutes: Annotated[
        int, Setting("II.3", "Code de signature : durée de validité, en minutes", least=1, most=15)
    ] = 5
    signature_code_tries: Annotated[
        int, Setting("II.3", "Code de signature : nombre d’essais", least=1, most=10)
    ] = 5
    signature_code_pause_seconds: Annotated[
        int, Setting("II.3", "Code de signature : secondes entre deux envois", least=10, most=3600)
    ] = 60
    signature_codes_a_day: Annotated[
        int,
        Setting("II.3", "Code de signature : envois à une personne en 24 heures", least=1, most=20),
    ] = 5
    signature_request_days: Annotated[
        int, Setting("II.3", "Document proposé à la signature : validité, en jours", least=1)
    ] = 30
    signature_retry_hours: Annotated[
        int,
        Setting(
            "II.3",
            "Signature en attente de certificat ou d’horodatage : nouvel essai durant, en heures",
            least=1,
            most=72,
        ),
    ] = 24

    # III. Common terms
    overseas_collectivities_accepted: Annotated[
        bool,
        Setting("III.a", "Clients facturés dans une collectivité d’outre-mer hors TVA acceptés"),
    ] = False
    change_notice_days: Annotated[
        int,
        Setting(
            "III.b",
            "Délai pour résilier après l’annonce d’un changement, en jours",
            least=1,
            most=365,
        ),
    ] = 30
    change_letter_counts: Annotated[
        LetterCounts, Setting("III.b", "La lettre de résiliation est à temps selon sa date…")
    ] = LetterCounts.WHEN_POSTED
    change_effect_months_after: Annotated[
        int,
        Setting(
            "III.b", "Effet : premier jour du n-ième mois suivant la fin du délai", least=1, most=12
        ),
    ] = 1
    solvency_notice_days: Annotated[
        int,
        Setting(
            "III.c", "Information sur une solvabilité insuffisante, en jours calendaires", least=1
        ),
    ] = 30
    reference_years: Annotated[
        int, Setting("III.e", "Citation du client en référence, en années")
    ] = 3
    reference_from: Annotated[
        ReferenceStart, Setting("III.e", "Point de départ de la citation en référence")
    ] = ReferenceStart.ORDER
    confidentiality_months: Annotated[
        int, Setting("III.f", "Confidentialité après la fin du contrat, en mois")
    ] = 12
    formal_notice_days: Annotated[
        int, Setting("III.g", "Mise en demeure restée sans effet, en jours calendaires", least=1)
    ] = 7
    force_majeure_working_days: Annotated[
        int, Setting("III.h", "Force majeure ouvrant la résiliation, en jours ouvrés", least=1)
    ] = 90
    evidence_years: Annotated[
        int,
        Setting("III.k", "Conservation des données du client après la fin du contrat, en années"),
    ] = 5
    accounting_years: Annotated[
        int, Setting("III.k", "Conservation des pièces comptables, en années", least=10)
    ] = 10

    def __post_init__(self) -> None:
        for name, (expected, setting) in SETTINGS.items():
            _check(name, getattr(self, name), expected, setting)

    def to_json(self) -> dict[str, JsonValue]:
        """Plain values in the order of the fields: amounts in cents, rates as strings."""
        return {name: _plain(getattr(self, name)) for name in SETTINGS}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "TermsParameters":
        """The inverse of to_json.

        A version published before a parameter existed has it at its default, which is how that
        clause was applied until then. An unknown name is refused.
        """
        if unknown := set(values) - set(SETTINGS):
            raise InvalidParametersError(f"unknown: {', '.join(sorted(unknown))}")
        return cls(**{name: _typed(name, value) for name, value in values.items()})


def _settings() -> Iterator[tuple[str, tuple[tuple[type[Any], ...], Setting]]]:
    for name, annotated in get_type_hints(TermsParameters, include_extras=True).items():
        declared, setting = get_args(annotated)
        yield name, (get_args(declared) or (declared,), setting)


SETTINGS: Final = dict(_settings())
"""Name of each parameter, in order -> the types it may have, and its Setting."""


def _check(name: str, value: Any, expected: tuple[type[Any], ...], setting: Setting) -> None:
    if type(value) not in expected:
        raise InvalidParametersError(f"{name}: {value!r} has the wrong type")
    if name == "working_day_territory" and value not in WORKING_DAY_TERRITORIES:
        raise InvalidParametersError(f"{name}: no calendar for {value!r}")
    amount = value.cents if isinstance(value, Money) else value
    if not isinstance(amount, int | Decimal):
        return
    is_finite = Decimal(amount).is_finite()
    if not is_finite or amount < setting.least or amount > (setting.most or amount):
        raise InvalidParametersError(f"{name}: {value} is out of its range")


def _plain(value: Any) -> JsonValue:
    match value:
        case Money():
            return value.cents
        case Decimal():
            return str(value)
        case StrEnum():
            return value.value
        case str() | int() | None:
            return value
    raise TypeError(f"no JSON form for {value!r}")


def _typed(name: str, value: Any) -> Any:
    """The value that `_plain` wrote down; anything else is left as it is, for _check to refuse."""
    expected = SETTINGS[name][0][0]
    try:
        if type(value) is int and expected is Money:
            return Money(value)
        if type(value) is str and issubclass(expected, Decimal | StrEnum):
            return expected(value)
    except (ValueError, ArithmeticError) as error:
        raise InvalidParametersError(f"{name}: {value!r} cannot be read") from error
    return value
