"""Acts on accounts: one transaction each, written in the journal."""

from marketingconnect.accounts.services.companies import update_company
from marketingconnect.accounts.services.credentials import change_credentials
from marketingconnect.accounts.services.links import find_link, too_many_from
from marketingconnect.accounts.services.mandates import record_mandate, revoke_mandate
from marketingconnect.accounts.services.members import (
    accept_invitation,
    change_member_role,
    invite_member,
    remove_member,
    withdraw_invitation,
)
from marketingconnect.accounts.services.passwords import ask_reset, change_password, choose_password
from marketingconnect.accounts.services.registration import (
    Registration,
    ask_registration,
    confirm_registration,
    open_company,
    pending_registration,
)
from marketingconnect.accounts.services.sessions import (
    close_session,
    end_other_sessions,
    end_session,
    open_session,
    record_login_event,
    touch_session,
)
from marketingconnect.accounts.services.staff import change_staff_member, create_staff_user

__all__ = [
    "Registration",
    "accept_invitation",
    "ask_registration",
    "ask_reset",
    "change_credentials",
    "change_member_role",
    "change_password",
    "change_staff_member",
    "choose_password",
    "close_session",
    "confirm_registration",
    "create_staff_user",
    "end_other_sessions",
    "end_session",
    "find_link",
    "invite_member",
    "open_company",
    "open_session",
    "pending_registration",
    "record_login_event",
    "record_mandate",
    "remove_member",
    "revoke_mandate",
    "too_many_from",
    "touch_session",
    "update_company",
    "withdraw_invitation",
]
