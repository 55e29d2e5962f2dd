"""Who may do what. A member works for one company; staff work for the operator."""

from enum import StrEnum


class MemberRole(StrEnum):
    """Rights of a user inside a company (propriétaire, éditeur, lecteur)."""

    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"


class StaffRole(StrEnum):
    """Rights of the operator's staff."""

    ADVISOR = "advisor"
    ACCOUNTING = "accounting"
    MODERATION = "moderation"
    SEARCH_ADS = "search_ads"
    DPO = "dpo"
    ADMINISTRATOR = "administrator"


class MandateScope(StrEnum):
    """What an agent (mandataire) may do for an advertiser."""

    ORDER = "order"
    FOLLOW = "follow"


MEMBER_ROLE_LABELS = {
    MemberRole.OWNER: "Propriétaire",
    MemberRole.EDITOR: "Éditeur",
    MemberRole.VIEWER: "Lecteur",
}
MEMBER_ROLE_DETAILS = {
    MemberRole.OWNER: "Tout faire, gérer les utilisateurs, les mandataires et la société.",
    MemberRole.EDITOR: "Préparer, commander et suivre les campagnes.",
    MemberRole.VIEWER: "Consulter, sans rien modifier.",
}
STAFF_ROLE_LABELS = {
    StaffRole.ADVISOR: "Conseiller",
    StaffRole.ACCOUNTING: "Comptabilité",
    StaffRole.MODERATION: "Modération",
    StaffRole.SEARCH_ADS: "Gestionnaire de liens sponsorisés",
    StaffRole.DPO: "Délégué à la protection des données",
    StaffRole.ADMINISTRATOR: "Administrateur",
}
MANDATE_SCOPE_LABELS = {
    MandateScope.ORDER: "Préparer, commander et suivre",
    MandateScope.FOLLOW: "Consulter et suivre",
}
