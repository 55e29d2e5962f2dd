"""Life of a DKIM key."""

from enum import StrEnum


class KeyState(StrEnum):
    """Mails signed with a retired key are verified as long as it stays published."""

    CREATED = "created"
    PUBLISHED = "published"
    """Its record was seen in the DNS."""
    IN_USE = "in_use"
    RETIRED = "retired"


KEY_TRANSITIONS: dict[KeyState, set[KeyState]] = {
    KeyState.CREATED: {KeyState.PUBLISHED, KeyState.RETIRED},
    KeyState.PUBLISHED: {KeyState.IN_USE, KeyState.RETIRED},
    KeyState.IN_USE: {KeyState.RETIRED},
    KeyState.RETIRED: set(),
}
