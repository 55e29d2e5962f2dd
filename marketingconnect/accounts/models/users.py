"""A person who logs in, for a company or for the operator."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from marketingconnect.accounts.roles import STAFF_ROLE_LABELS, StaffRole


class UserManager(BaseUserManager["User"]):
    """Finds users whatever the case of the address typed."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """The e-mail address, in lower case, is the identifier."""

    email = models.EmailField(unique=True)
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    mobile = models.CharField(max_length=16, blank=True)
    staff_role = models.CharField(
        max_length=20, blank=True, choices=[(r.value, STAFF_ROLE_LABELS[r]) for r in StaffRole]
    )
    is_active = models.BooleanField(default=True)
    email_confirmed_at = models.DateTimeField(null=True)
    joined_at = models.DateTimeField()

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="email_lower_case"
            ),
            models.CheckConstraint(
                condition=models.Q(staff_role__in=["", *[r.value for r in StaffRole]]),
                name="known_staff_role",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email

    @property
    def is_staff(self) -> bool:
        return bool(self.staff_role)
