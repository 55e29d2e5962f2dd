"""The menus of the three audiences, in one place."""

from dataclasses import dataclass

from marketingconnect.accounts.roles import StaffRole


@dataclass(frozen=True, slots=True)
class NavItem:
    """A link of a menu; `roles` empty means everyone of the audience."""

    url_name: str
    label: str
    icon: str
    on_phone: bool = False
    """Among the four links of the bottom bar."""
    roles: frozenset[StaffRole] = frozenset()


def _staff(*roles: StaffRole) -> frozenset[StaffRole]:
    return frozenset({*roles, StaffRole.ADMINISTRATOR})


PUBLIC = [
    NavItem("shop:home", "Accueil", icon="house"),
    NavItem("shop:prices", "Tarifs", icon="tag"),
    NavItem("shop:terms", "Conditions", icon="scroll-text"),
]

CLIENT = [
    NavItem("client_area:home", "Accueil", icon="house", on_phone=True),
    NavItem("client_area:campaigns", "Campagnes", icon="send", on_phone=True),
    NavItem("client_area:targets", "Cibles", icon="crosshair"),
    NavItem("client_area:files", "Fichiers", icon="contact", on_phone=True),
    NavItem("client_area:messages", "Messages", icon="mail", on_phone=True),
    NavItem("client_area:orders", "Commandes et factures", icon="receipt-text"),
    NavItem("client_area:results", "Résultats", icon="chart-column"),
    NavItem("client_area:account", "Compte", icon="building-2"),
]

BACK_OFFICE = [
    NavItem("back_office:home", "Accueil", icon="house", on_phone=True),
    NavItem(
        "back_office:moderation",
        "Modération",
        icon="shield-check",
        on_phone=True,
        roles=_staff(StaffRole.MODERATION),
    ),
    NavItem(
        "back_office:payments",
        "Paiements",
        icon="landmark",
        on_phone=True,
        roles=_staff(StaffRole.ACCOUNTING),
    ),
    NavItem(
        "back_office:management",
        "Pilotage",
        icon="chart-column",
        roles=_staff(StaffRole.ACCOUNTING),
    ),
    NavItem(
        "back_office:clients",
        "Clients",
        icon="users",
        on_phone=True,
        roles=_staff(StaffRole.ADVISOR, StaffRole.ACCOUNTING, StaffRole.DPO),
    ),
    NavItem(
        "back_office:sendings",
        "Envois",
        icon="send",
        roles=_staff(StaffRole.MODERATION, StaffRole.ADVISOR),
    ),
    NavItem(
        "back_office:returned_mails",
        "E-mails revenus",
        icon="mail-search",
        roles=_staff(StaffRole.MODERATION, StaffRole.DPO),
    ),
    NavItem(
        "back_office:proposals",
        "Propositions",
        icon="file-signature",
        roles=_staff(StaffRole.ADVISOR, StaffRole.ACCOUNTING),
    ),
    NavItem(
        "back_office:targets",
        "Séances en direct",
        icon="radio",
        roles=_staff(StaffRole.ADVISOR),
    ),
    NavItem(
        "back_office:rentals",
        "Fichiers loués",
        icon="contact",
        roles=_staff(StaffRole.ADVISOR, StaffRole.ACCOUNTING, StaffRole.MODERATION, StaffRole.DPO),
    ),
    NavItem(
        "back_office:contracts",
        "Contrats",
        icon="handshake",
        roles=_staff(StaffRole.ADVISOR, StaffRole.ACCOUNTING, StaffRole.MODERATION, StaffRole.DPO),
    ),
    NavItem(
        "back_office:signatures",
        "Signatures",
        icon="file-signature",
        roles=_staff(StaffRole.ACCOUNTING, StaffRole.DPO),
    ),
    NavItem(
        "back_office:claims",
        "Réclamations",
        icon="message-square-warning",
        roles=_staff(StaffRole.ACCOUNTING),
    ),
    NavItem(
        "back_office:base",
        "Base",
        icon="database",
        roles=_staff(StaffRole.DPO, StaffRole.ADVISOR),
    ),
    NavItem(
        "back_office:leaks", "Fuites et pièges", icon="fingerprint", roles=_staff(StaffRole.DPO)
    ),
    NavItem(
        "back_office:notices",
        "Courriers",
        icon="mails",
        roles=_staff(StaffRole.ADVISOR, StaffRole.ACCOUNTING, StaffRole.DPO),
    ),
    NavItem(
        "back_office:journal",
        "Journal",
        icon="scroll-text",
        roles=_staff(StaffRole.DPO, StaffRole.ACCOUNTING),
    ),
    NavItem("back_office:sending_domain", "Domaine d’envoi", icon="globe", roles=_staff()),
    NavItem("back_office:encryption", "Chiffrement", icon="lock", roles=_staff()),
    NavItem("back_office:terms", "Conditions et tarifs", icon="scale", roles=_staff()),
    NavItem("back_office:team", "Équipe", icon="users-round", roles=_staff()),
]

DEMO_TOOLS = [
    NavItem("back_office:inbox", "Boîte aux lettres", icon="mailbox"),
    NavItem("back_office:texts", "SMS", icon="message-square"),
    NavItem("back_office:clock", "Horloge", icon="clock"),
    NavItem("back_office:style", "Style des pages", icon="palette"),
]

MENUS = {
    "public": PUBLIC,
    "client": CLIENT,
    "back_office": BACK_OFFICE,
    "demo_tools": DEMO_TOOLS,
}
