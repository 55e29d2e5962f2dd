"""Who reads the base's pages and who changes what they show; administrators do both."""

from marketingconnect.accounts.roles import StaffRole

READERS = (StaffRole.DPO, StaffRole.ADVISOR)
KEEPERS = (StaffRole.DPO,)
MAY_KEEP = frozenset({*KEEPERS, StaffRole.ADMINISTRATOR})
