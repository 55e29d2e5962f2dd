"""Who did it: a person, or a part of the platform acting by itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """`kind` is `user`, `staff` or `system`; `label` is what a reader of the journal sees."""

    kind: str
    label: str
    id: int | None = None

    @classmethod
    def user(cls, user_id: int, label: str) -> "Actor":
        return cls("user", label, user_id)

    @classmethod
    def staff(cls, user_id: int, label: str) -> "Actor":
        return cls("staff", label, user_id)

    @classmethod
    def system(cls, label: str) -> "Actor":
        return cls("system", label)
