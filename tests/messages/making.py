"""What the tests of messages start from."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

from PIL import Image

from marketingconnect.accounts.models import Company, User
from marketingconnect.audit.actors import Actor
from marketingconnect.messages.models import Message, MessageVersion, Proof, Validation
from marketingconnect.messages.rules.validation import ATTESTATIONS
from marketingconnect.messages.services import create_message, send_proof, validate_proof

NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=10)


def actor(user: User) -> Actor:
    make = Actor.staff if user.is_staff else Actor.user
    return make(user.pk, user.full_name)


def make_message(company: Company, user: User, template: str = "offre-ouverture") -> Message:
    return create_message(
        company_id=company.pk,
        user_id=user.pk,
        name="Offre de novembre",
        template=template,
        actor=actor(user),
        now=NOON,
    )


def prove(message: Message, user: User, at: datetime = NOON) -> Proof:
    return send_proof(
        message.pk, company_id=message.company_id, user_id=user.pk, actor=actor(user), now=at
    )


def validate(version: MessageVersion, user: User, at: datetime = NOON) -> Validation:
    return validate_proof(
        version.pk,
        company_id=version.message.company_id,
        user_id=user.pk,
        attestations=list(ATTESTATIONS),
        actor=actor(user),
        now=at,
    )


def image_bytes(kind: str = "JPEG", size: tuple[int, int] = (400, 300), **options: object) -> bytes:
    stream = BytesIO()
    gradient = Image.radial_gradient("L").resize(size)
    Image.merge("RGB", (gradient, gradient.rotate(90), gradient)).save(stream, kind, **options)
    return stream.getvalue()
