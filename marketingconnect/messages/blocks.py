"""The blocks of the editor: which kinds exist, what each asks for, and what is accepted in them.

Pure: no database, no clock. A block is a flat JSON object of strings, `{"id", "type", …}`; a
content is `{"theme": {...}, "blocks": [...], "legal": {...}, "text": ""}` (CGV B.1.1).
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from marketingconnect.kernel.typography import non_breaking

Block: TypeAlias = dict[str, str]
FieldKind: TypeAlias = Literal["line", "markup", "address", "picture", "choice"]

MAX_BLOCKS: Final = 60
PICTURE_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{3,55}\.(?:png|jpg)")
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.I)
_SAFE_SCHEME: Final = re.compile(r"(?:https?|mailto|tel):", re.I)
_HOST: Final = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[/?#:].*)?", re.I | re.S)
UNWRITABLE: Final = re.compile(
    "[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]"
)
"""Characters that no XML document, hence no MJML, may hold: controls, halves of pairs."""
_BLOCK_ID: Final = re.compile(r"[a-z0-9]{1,16}")


@dataclass(frozen=True)
class Field:
    """One thing that a block asks for."""

    name: str
    label: str
    kind: FieldKind = "line"
    limit: int = 200
    choices: tuple[tuple[str, str], ...] = ()
    default: str = ""
    help: str = ""


@dataclass(frozen=True)
class BlockType:
    """A kind of block, as the editor offers it."""

    code: str
    label: str
    icon: str
    fields: tuple[Field, ...]
    gloss: str = ""


class InvalidBlockError(ValueError):
    """A block cannot be taken; `errors` maps a field's name to a French sentence."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = {name: non_breaking(sentence) for name, sentence in errors.items()}
        super().__init__(" ".join(self.errors.values()))


GROUNDS: Final = (
    ("paper", "Papier (fond du message)"),
    ("tint", "Teinte douce"),
    ("accent", "Couleur principale"),
)
ALIGNS: Final = (("left", "À gauche"), ("center", "Au centre"), ("right", "À droite"))
_GROUND: Final = Field("ground", "Fond", "choice", choices=GROUNDS, default="paper")
_ALIGN: Final = Field("align", "Alignement", "choice", choices=ALIGNS, default="left")
_CENTRED: Final = Field("align", "Alignement", "choice", choices=ALIGNS, default="center")
_MARKUP_HELP: Final = "**gras**, *italique*, [texte du lien](https://…), « - » pour une liste."
_ALT_HELP: Final = "Lu à haute voix, et affiché quand l’image est bloquée."
_LINK_HELP: Final = "Adresse complète, qui commence par https://"
_HREF: Final = Field("href", "Lien", "address", 1000, help=_LINK_HELP)


def _column(number: int) -> tuple[Field, ...]:
    place = f"Colonne {number} : "
    return (
        Field(f"picture_{number}", f"{place}image", "picture", 60),
        Field(f"alt_{number}", f"{place}description de l’image", limit=200),
        Field(f"title_{number}", f"{place}titre", limit=120),
        Field(f"text_{number}", f"{place}texte", "markup", 1500, help=_MARKUP_HELP),
        Field(f"label_{number}", f"{place}texte du lien", limit=60),
        Field(f"href_{number}", f"{place}lien", "address", 1000, help=_LINK_HELP),
    )


BLOCK_TYPES: Final[dict[str, BlockType]] = {
    kind.code: kind
    for kind in (
        BlockType(
            "logo",
            "Logo",
            "badge",
            (
                Field("picture", "Image du logo", "picture", 60),
                Field("alt", "Nom lu à la place du logo", limit=120, help=_ALT_HELP),
                Field(
                    "width",
                    "Largeur",
                    "choice",
                    choices=(("90", "Petit"), ("150", "Moyen"), ("240", "Grand")),
                    default="150",
                ),
                _HREF,
                _CENTRED,
                _GROUND,
            ),
            "Sans image, votre nom est écrit à la place.",
        ),
        BlockType(
            "heading",
            "Titre",
            "heading",
            (
                Field("text", "Titre", limit=160),
                Field(
                    "level",
                    "Taille",
                    "choice",
                    choices=(("1", "Grand titre"), ("2", "Titre"), ("3", "Surtitre")),
                    default="1",
                ),
                _ALIGN,
                _GROUND,
            ),
        ),
        BlockType(
            "text",
            "Texte",
            "text",
            (Field("text", "Texte", "markup", 6000, help=_MARKUP_HELP), _ALIGN, _GROUND),
        ),
        BlockType(
            "image",
            "Image",
            "image",
            (
                Field("picture", "Image", "picture", 60),
                Field("alt", "Description de l’image", limit=200, help=_ALT_HELP),
                Field(
                    "width",
                    "Largeur",
                    "choice",
                    choices=(
                        ("full", "Bord à bord"),
                        ("wide", "Dans la marge"),
                        ("half", "Moitié"),
                    ),
                    default="full",
                ),
                _HREF,
                _GROUND,
            ),
        ),
        BlockType(
            "button",
            "Bouton",
            "mouse-pointer-click",
            (Field("label", "Texte du bouton", limit=60), _HREF, _CENTRED, _GROUND),
        ),
        BlockType(
            "panel",
            "Encadré",
            "ticket",
            (
                Field("title", "Titre", limit=120),
                Field("text", "Texte", "markup", 2000, help=_MARKUP_HELP),
                Field("code", "Code ou montant à mettre en avant", limit=40),
                _GROUND,
            ),
            "Une offre, un code, une date à retenir.",
        ),
        BlockType("columns2", "Deux colonnes", "columns-2", (*_column(1), *_column(2), _GROUND)),
        BlockType(
            "columns3",
            "Trois colonnes",
            "columns-3",
            (*_column(1), *_column(2), *_column(3), _GROUND),
        ),
        BlockType(
            "spacer",
            "Espace",
            "move-vertical",
            (
                Field(
                    "size",
                    "Hauteur",
                    "choice",
                    choices=(("s", "Petit"), ("m", "Moyen"), ("l", "Grand")),
                    default="m",
                ),
                _GROUND,
            ),
        ),
        BlockType("divider", "Filet", "minus", (_GROUND,)),
    )
}

LEGAL_FIELDS: Final = (
    Field("advertiser", "Nom de l’annonceur", limit=120),
    Field("identity", "SIREN ou SIRET, adresse", limit=240),
    Field(
        "origin",
        "Pourquoi vos destinataires reçoivent ce message",
        limit=300,
        help="Par exemple : « vous êtes client de la boulangerie ».",
    ),
    Field(
        "rights_contact",
        "Où exercer les droits d’accès, de rectification et d’effacement",
        limit=254,
        help="Une adresse de messagerie ou postale que vous relevez.",
    ),
    Field("privacy_url", "Page sur vos données personnelles", "address", 1000, help=_LINK_HELP),
    Field(
        "sent_to",
        "À qui part ce message",
        "choice",
        choices=(("own", "À mes propres contacts"), ("base", "À des adresses louées")),
        default="own",
        help="Pour des adresses louées, le message dit d’où elles viennent et à qui s’adresser.",
    ),
)


def new_block(code: str) -> Block:
    """An empty block of this kind, its choices at their defaults. KeyError for an unknown kind."""
    kind = BLOCK_TYPES[code]
    fields = {field.name: field.default for field in kind.fields}
    return {"id": secrets.token_hex(4), "type": code, **fields}


def clean_block(raw: Mapping[str, Any]) -> Block:
    """The block with only known fields, trimmed. Raises InvalidBlockError, one sentence a field."""
    kind = BLOCK_TYPES.get(str(raw.get("type", "")))
    if kind is None:
        raise InvalidBlockError({"type": "Ce type de bloc n’existe pas."})
    identifier = str(raw.get("id") or secrets.token_hex(4))
    if not _BLOCK_ID.fullmatch(identifier):
        raise InvalidBlockError({"id": "L’identifiant du bloc n’est pas lisible."})
    return {"id": identifier, "type": kind.code, **clean_fields(kind.fields, raw)}


def clean_fields(fields: Sequence[Field], raw: Mapping[str, Any]) -> dict[str, str]:
    """What was typed for `fields`, trimmed. Raises InvalidBlockError, one sentence a field."""
    values: dict[str, str] = {}
    errors: dict[str, str] = {}
    for field in fields:
        value = _trimmed(field, raw.get(field.name, field.default))
        if sentence := _objection(field, value):
            errors[field.name] = sentence
        values[field.name] = value
    if errors:
        raise InvalidBlockError(errors)
    return values


def _trimmed(field: Field, raw: Any) -> str:
    text = str(raw or "").replace("\r\n", "\n").replace("\r", "\n")
    text = UNWRITABLE.sub("", text)
    if field.kind != "markup":
        text = " ".join(text.split("\n"))
    text = text.strip() or field.default
    return f"https://{text}" if field.kind == "address" and _HOST.fullmatch(text) else text


def _objection(field: Field, value: str) -> str:
    if len(value) > field.limit:
        return f"{len(value)} caractères : la limite est de {field.limit}."
    if field.kind == "choice" and value not in {code for code, _ in field.choices}:
        return "Choisissez une des valeurs proposées."
    if field.kind == "picture" and value and not PICTURE_NAME.fullmatch(value):
        return "Choisissez une image de votre bibliothèque."
    if field.kind == "address" and not has_safe_scheme(value):
        return "Un lien commence par https://, http://, mailto: ou tel:."
    return ""


def has_safe_scheme(address: str) -> bool:
    """Whether an address may be followed: no scheme at all (the checks tell), or a known one."""
    squeezed = re.sub(r"[\x00-\x20]", "", address)
    return not _SCHEME.match(squeezed) or bool(_SAFE_SCHEME.match(squeezed))


def clean_blocks(raw: Any) -> list[Block]:
    """A whole list of blocks, with distinct ids. Raises InvalidBlockError."""
    if not isinstance(raw, list) or len(raw) > MAX_BLOCKS:
        raise InvalidBlockError({"blocks": f"Un message a au plus {MAX_BLOCKS} blocs."})
    blocks = [clean_block(item) for item in raw]
    if len({block["id"] for block in blocks}) != len(blocks):
        raise InvalidBlockError({"blocks": "Deux blocs portent le même identifiant."})
    return blocks


def without(blocks: Sequence[Block], block_id: str) -> list[Block]:
    """The blocks, less one."""
    return [block for block in blocks if block["id"] != block_id]


def moved(blocks: Sequence[Block], block_id: str, to: int) -> list[Block]:
    """The blocks with one of them at position `to` (0 is the top; clamped)."""
    [block] = [block for block in blocks if block["id"] == block_id]
    rest = without(blocks, block_id)
    place = max(0, min(to, len(rest)))
    return [*rest[:place], block, *rest[place:]]


def inserted(blocks: Sequence[Block], block: Block, after: str = "") -> list[Block]:
    """The blocks with a new one after the block named, else at the end."""
    place = next((n + 1 for n, each in enumerate(blocks) if each["id"] == after), len(blocks))
    return [*blocks[:place], block, *blocks[place:]]


def replaced(blocks: Sequence[Block], block: Block) -> list[Block]:
    """The blocks with the one of the same id replaced."""
    return [block if each["id"] == block["id"] else each for each in blocks]


def summary(block: Mapping[str, str]) -> str:
    """A few words of what the block holds, for the editor's list."""
    for name in ("text", "title", "label", "alt", "title_1", "text_1"):
        if words := block.get(name, "").strip():
            line = re.sub(r"[*\[\]]|\(https?:[^)]*\)", "", words.split("\n")[0])
            return line if len(line) <= 70 else f"{line[:68].rstrip()}…"
    return ""
