"""Every address of the site, and who may open it. An address missing from these tables fails."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from marketingconnect.accounts.roles import StaffRole
from marketingconnect.audit.models import JournalEntry
from tests.cast import logged_in
from tests.web.scene import Address, Scene, addresses

pytestmark = pytest.mark.django_db

# What each member may do: "viewer" reads, "editor" writes, "owner" decides who belongs.
# "own": an act of any person on its own access or view; it changes nothing of the company.
CLIENT_AREA: dict[str, dict[str, str]] = {
    "home": {"GET": "viewer"},
    "results": {"GET": "viewer"},
    "files": {"GET": "viewer"},
    "file_new": {"GET": "editor", "POST": "editor"},
    "file": {"GET": "viewer"},
    "file_columns": {"GET": "editor", "POST": "editor"},
    "file_origin": {"GET": "editor", "POST": "editor"},
    "file_progress": {"GET": "viewer"},
    "file_cancel": {"POST": "editor"},
    "file_restart": {"POST": "editor"},
    "file_refused": {"GET": "viewer"},
    "file_export": {"GET": "editor"},
    "file_delete": {"GET": "editor", "POST": "editor"},
    "targets": {"GET": "viewer"},
    "target_new": {"GET": "editor", "POST": "editor"},
    "target_compare": {"GET": "viewer"},
    "target_places": {"GET": "viewer"},
    "target_activities": {"GET": "viewer"},
    "target": {"GET": "viewer", "POST": "editor"},
    "target_details": {"GET": "viewer"},
    "target_csv": {"GET": "viewer"},
    "target_population": {"POST": "editor"},
    "target_rename": {"GET": "editor", "POST": "editor"},
    "target_duplicate": {"POST": "editor"},
    "target_delete": {"GET": "editor", "POST": "editor"},
    "target_session": {"GET": "viewer"},
    "target_session_start": {"POST": "editor"},
    "target_session_end": {"POST": "editor"},
    "messages": {"GET": "viewer"},
    "message_new": {"GET": "editor", "POST": "editor"},
    "pictures": {"GET": "editor", "POST": "editor"},
    "picture_delete": {"POST": "editor"},
    "message_edit": {"GET": "editor"},
    "message_preview": {"GET": "viewer"},
    "message_checks": {"GET": "viewer"},
    "message_details": {"POST": "editor"},
    "message_theme": {"POST": "editor"},
    "message_legal": {"POST": "editor"},
    "message_fallbacks": {"POST": "editor"},
    "message_contact_file": {"POST": "editor"},
    "message_text": {"POST": "editor"},
    "message_html": {"POST": "editor"},
    "block_add": {"POST": "editor"},
    "block_edit": {"GET": "editor", "POST": "editor"},
    "block_move": {"POST": "editor"},
    "block_copy": {"POST": "editor"},
    "block_delete": {"POST": "editor"},
    "message_proof": {"GET": "viewer", "POST": "editor"},
    "message_validate": {"POST": "editor"},
    "message_duplicate": {"POST": "editor"},
    "message_archive": {"POST": "editor"},
    "campaigns": {"GET": "viewer"},
    "campaign_new": {"GET": "editor", "POST": "editor"},
    "campaign": {"GET": "viewer"},
    "campaign_recipients": {"GET": "viewer", "POST": "editor"},
    "campaign_message": {"GET": "viewer", "POST": "editor"},
    "campaign_calendar": {"GET": "viewer", "POST": "editor"},
    "campaign_order": {"POST": "editor"},
    "campaign_abandon": {"POST": "editor"},
    "campaign_figures": {"GET": "viewer"},
    "campaign_live": {"GET": "viewer"},
    "campaign_list": {"GET": "viewer"},
    "campaign_csv": {"GET": "viewer"},
    "campaign_workbook": {"POST": "own"},
    "campaign_xlsx": {"GET": "viewer"},
    "rental_new": {"GET": "editor", "POST": "editor"},
    "rental_from_target": {"GET": "editor", "POST": "editor"},
    "rental": {"GET": "viewer"},
    "rental_state": {"GET": "viewer"},
    "rental_target": {"GET": "viewer", "POST": "editor"},
    "rental_uses": {"GET": "viewer", "POST": "editor"},
    "rental_sample": {"GET": "viewer", "POST": "editor"},
    "rental_sample_file": {"GET": "viewer"},
    "rental_helpers": {"GET": "viewer", "POST": "editor"},
    "rental_helper_withdraw": {"POST": "editor"},
    "rental_rename": {"GET": "editor", "POST": "editor"},
    "rental_order": {"POST": "editor"},
    "rental_abandon": {"POST": "editor"},
    "rental_amend": {"GET": "editor", "POST": "editor"},
    "rental_amendment": {"POST": "editor"},
    "rental_delivery": {"GET": "viewer"},
    "delivery_state": {"GET": "viewer"},
    "rental_download": {"POST": "editor"},
    "rental_check_again": {"POST": "editor"},
    "returns": {"GET": "viewer", "POST": "editor"},
    "return_batch": {"GET": "viewer"},
    "return_state": {"GET": "viewer"},
    "claims": {"GET": "viewer"},
    "claim_open": {"POST": "editor"},
    "claim": {"GET": "viewer", "POST": "editor"},
    "search": {"GET": "viewer"},
    "cart": {"GET": "viewer"},
    "cart_add": {"POST": "editor"},
    "cart_remove": {"POST": "editor"},
    "checkout": {"GET": "editor", "POST": "editor"},
    "orders": {"GET": "viewer"},
    "order": {"GET": "viewer"},
    "order_state": {"GET": "viewer"},
    "order_terms": {"GET": "viewer"},
    "pay": {"POST": "editor"},
    "payment_method": {"POST": "editor"},
    "card_fields": {"GET": "editor"},
    "payment_return": {"GET": "viewer"},
    "invoices": {"GET": "viewer"},
    "invoice_pdf": {"GET": "viewer"},
    "proposals": {"GET": "viewer"},
    "proposal": {"GET": "viewer"},
    "proposal_pdf": {"GET": "viewer"},
    "proposal_accept": {"GET": "editor", "POST": "editor"},
    "proposal_refuse": {"GET": "editor", "POST": "editor"},
    "proposal_ask_again": {"POST": "editor"},
    "account": {"GET": "viewer", "POST": "owner"},
    "switch_company": {"POST": "own"},
    "members": {"GET": "viewer"},
    "member_invite": {"GET": "owner", "POST": "owner"},
    "member_withdraw": {"POST": "owner"},
    "member_role": {"POST": "owner"},
    "member_remove": {"POST": "owner"},
    "account_terms": {"GET": "viewer"},
    "mandates": {"GET": "viewer"},
    "mandate_new": {"GET": "owner", "POST": "owner"},
    "mandate_document": {"GET": "viewer"},
    "mandate_revoke": {"POST": "owner"},
    "security": {"GET": "viewer"},
    "security_password": {"GET": "own", "POST": "own"},
    "session_end": {"POST": "own"},
    "session_end_others": {"POST": "own"},
}

ADVISOR, ACCOUNTING, MODERATION = StaffRole.ADVISOR, StaffRole.ACCOUNTING, StaffRole.MODERATION
DPO, EVERY_ROLE = StaffRole.DPO, frozenset(StaffRole)
CLIENTS = frozenset({ADVISOR, ACCOUNTING, DPO})

# Which roles open each page of the back office; the administrator opens all of them.
BACK_OFFICE: dict[str, frozenset[StaffRole]] = {
    "home": EVERY_ROLE,
    "security": EVERY_ROLE,
    "security_password": EVERY_ROLE,
    "session_end": EVERY_ROLE,
    "session_end_others": EVERY_ROLE,
    "team": frozenset(),
    "team_new": frozenset(),
    "team_member": frozenset(),
    "moderation": frozenset({MODERATION}),
    "moderation_item": frozenset({MODERATION}),
    "moderation_preview": frozenset({MODERATION}),
    "payments": frozenset({ACCOUNTING}),
    "payment_order": frozenset({ACCOUNTING}),
    "payment_record": frozenset({ACCOUNTING}),
    "payment_validate": frozenset({ACCOUNTING}),
    **dict.fromkeys(("bank", "bank_entry", "bank_assign", "bank_aside"), frozenset({ACCOUNTING})),
    "clients": CLIENTS,
    "client": CLIENTS,
    "client_mandate": CLIENTS,
    "client_credentials": frozenset({DPO}),
    "credentials_late": frozenset({DPO, ADVISOR}),
    "notices": CLIENTS,
    "notice": CLIENTS,
    "targets": frozenset({ADVISOR}),
    "target_places": frozenset({ADVISOR}),
    "target_activities": frozenset({ADVISOR}),
    "client_targets": frozenset({ADVISOR}),
    "client_target_new": frozenset({ADVISOR}),
    "target": frozenset({ADVISOR}),
    "target_details": frozenset({ADVISOR}),
    "target_csv": frozenset({ADVISOR}),
    "target_population": frozenset({ADVISOR}),
    "target_session": frozenset({ADVISOR}),
    "target_session_start": frozenset({ADVISOR}),
    "target_session_end": frozenset({ADVISOR}),
    "journal": frozenset({DPO, ACCOUNTING}),
    "journal_export": frozenset({DPO, ACCOUNTING}),
    "sendings": frozenset({MODERATION, ADVISOR}),
    "sending": frozenset({MODERATION, ADVISOR}),
    "sending_act": frozenset({MODERATION}),
    "sending_doubt": frozenset({MODERATION}),
    **dict.fromkeys(
        (
            "base",
            "base_state",
            "suppliers",
            "supplier",
            "right_document",
            "loads",
            "load",
            "load_report",
            "releases",
            "release",
        ),
        frozenset({DPO, ADVISOR}),
    ),
    **dict.fromkeys(
        (
            "supplier_new",
            "supplier_suspend",
            "supplier_resume",
            "right_new",
            "right_end",
            "release_verify",
            "release_roll_back",
            "oppositions",
            "opposition_typed",
            "opposition_record",
        ),
        frozenset({DPO}),
    ),
    "moderation_sample": frozenset({MODERATION}),
    "moderation_sample_file": frozenset({MODERATION}),
    **dict.fromkeys(
        ("contracts", "contract", "letters", "letter", "letter_scan"), CLIENTS | {MODERATION}
    ),
    **dict.fromkeys(
        (
            "contract_suspend",
            "contract_resume",
            "contract_terminate",
            "contract_notice",
            "notice_cure",
            "notice_withdraw",
        ),
        frozenset({ACCOUNTING, MODERATION}),
    ),
    **dict.fromkeys(("letter_new", "letter_dates", "letter_scan_new"), frozenset({ACCOUNTING})),
    "rentals": CLIENTS | {MODERATION},
    "rental": CLIENTS | {MODERATION},
    "rental_suspend": frozenset({MODERATION}),
    "rental_resume": frozenset({MODERATION}),
    "rental_cancel": frozenset({MODERATION}),
    "rental_amend": frozenset({ADVISOR}),
    "rental_settle": frozenset({ACCOUNTING}),
    **dict.fromkeys(
        (
            "proposals",
            "proposals_csv",
            "proposals_waiting",
            "proposals_renewals",
            "proposals_drafts",
            "proposal",
            "proposal_preview",
            "proposal_pdf",
        ),
        frozenset({ADVISOR, ACCOUNTING}),
    ),
    **dict.fromkeys(
        (
            "proposal_new",
            "client_proposal_new",
            "proposal_schedule",
            "proposal_line_add",
            "proposal_prepare_campaign",
            "proposal_prepare_rental",
            "proposal_line_remove",
            "proposal_conditions",
            "proposal_send",
            "proposal_withdraw",
            "proposal_revise",
        ),
        frozenset({ADVISOR}),
    ),
    "claims": frozenset({ACCOUNTING}),
    "claim": frozenset({ACCOUNTING}),
    "claim_letter": frozenset({ACCOUNTING}),
    "claim_mail": frozenset({ACCOUNTING}),
    "claim_examine": frozenset({ACCOUNTING}),
    "claim_decide": frozenset({ACCOUNTING}),
    "claim_refuse": frozenset({ACCOUNTING}),
    **dict.fromkeys(("terms", "terms_draft", "terms_draft_start", "terms_figures"), frozenset()),
    **dict.fromkeys(("terms_preview", "terms_draft_discard", "terms_publish"), frozenset()),
    **dict.fromkeys(("price_list_new", "terms_change", "terms_refusal"), frozenset()),
    "leaks": frozenset({DPO}),
    "leak_letter": frozenset({DPO}),
    "traps": frozenset({DPO}),
    "trap_new": frozenset({DPO}),
    "trap_withdraw": frozenset({DPO}),
    "style": EVERY_ROLE,
    "style_progress": EVERY_ROLE,
    "inbox": EVERY_ROLE,
    "inbox_message": EVERY_ROLE,
    "inbox_html": EVERY_ROLE,
    "inbox_attachment": EVERY_ROLE,
    "clock": EVERY_ROLE,
}

SECRETS = ("Brioches secrètes", "zoe1@example.org", "denis@example.org", "bob@example.org")


def calls(scene: Scene, *audiences: str) -> Iterator[tuple[Address, str, str]]:
    """Each address of the scene's objects, asked and posted to."""
    for address in addresses(*audiences):
        for method in ("GET", "POST"):
            yield address, method, scene.url(address)


def status(client: Client, method: str, url: str) -> int:
    answer = client.generic(method, url, content_type="application/x-www-form-urlencoded")
    answer.getvalue()  # a file is closed once it is read
    return answer.status_code


def test_every_address_is_in_a_table() -> None:
    assert [each.short for each in addresses("client_area")] != []
    assert {each.short for each in addresses("client_area")} == set(CLIENT_AREA)
    assert {each.short for each in addresses("back_office")} == set(BACK_OFFICE)


def test_a_stranger_is_sent_to_the_log_in(scene: Scene) -> None:
    stranger = Client()
    for address, method, url in calls(scene, "client_area", "back_office"):
        answer = stranger.generic(method, url)
        refused = answer.status_code == 405
        to_log_in = answer.headers.get("Location", "").startswith(reverse("accounts:login"))
        assert refused or to_log_in, (address.name, method, answer.status_code)


def test_what_a_stranger_may_open_answers(scene: Scene) -> None:
    for address, method, url in calls(scene, "shop", "accounts", "tracking", "webhooks"):
        found = status(Client(), method, url)
        assert found in {200, 302, 400, 404, 405}, (address.name, method, found)


def test_another_company_s_objects_do_not_exist(scene: Scene) -> None:
    charlie = logged_in(scene.cast.charlie)
    before = JournalEntry.objects.count()
    for address, method, url in calls(scene, "client_area"):
        if address.parameters:
            allowed = method in CLIENT_AREA[address.short]
            expected = {404} if allowed else {404, 405}
            found = status(charlie, method, url)
            assert found in expected, (address.name, method, found)
    assert JournalEntry.objects.count() == before


def test_lists_hold_the_company_s_own_alone(scene: Scene) -> None:
    charlie = logged_in(scene.cast.charlie)
    for address in addresses("client_area"):
        if not address.parameters and "GET" in CLIENT_AREA[address.short]:
            shown = charlie.get(scene.url(address)).content.decode()
            for secret in (*SECRETS, scene.values["reference"], scene.values["public_name"]):
                assert secret not in shown, (address.name, secret)


def test_another_company_s_objects_cannot_be_posted_either(scene: Scene) -> None:
    """Ids in the body: a campaign, a file, a message, a company of Alice's."""
    charlie = logged_in(scene.cast.charlie)
    charlie.post(reverse("client_area:campaign_new"), {"name": "À moi"})
    mine = scene.cast.garage.email_campaigns.get().pk
    values = scene.values
    tries = [
        ("cart_add", (), {"offer": "email", "item_id": 1}),
        ("switch_company", (), {"company": scene.cast.bakery.reference}),
        ("campaign_recipients", (mine,), {"contact_file": values["file_id"]}),
        ("campaign_message", (mine,), {"message": values["message_id"]}),
    ]
    for name, args, typed in tries:
        answer = charlie.post(reverse(f"client_area:{name}", args=args), typed)
        assert answer.status_code in {400, 404}, (name, answer.status_code)


def test_members_do_what_their_role_allows(scene: Scene) -> None:
    """A refusal is 403 and comes before anything is written; the rest is never 403."""
    rank = {"viewer": 0, "own": 0, "editor": 1, "owner": 2}
    people = {"viewer": scene.cast.vera, "editor": scene.cast.bob}
    for role, person in people.items():
        browser, before = logged_in(person), JournalEntry.objects.count()
        for address, method, url in calls(scene, "client_area"):
            needed = CLIENT_AREA[address.short].get(method)
            if needed is None:
                assert status(browser, method, url) in {403, 405}, (address.name, method)
            elif rank[needed] > rank[role]:
                assert status(browser, method, url) == 403, (role, address.name, method)
            elif method == "GET":
                assert status(browser, method, url) != 403, (role, address.name, method)
        assert JournalEntry.objects.count() == before


def test_reading_writes_nothing(scene: Scene) -> None:
    alice, admin = logged_in(scene.cast.alice), logged_in(scene.cast.admin)
    before = JournalEntry.objects.count()
    for address in addresses("client_area", "back_office"):
        browser = alice if address.audience == "client_area" else admin
        found = status(browser, "GET", scene.url(address))
        assert found in {200, 302, 404, 405, 409}, (address.name, found)
    assert JournalEntry.objects.count() == before


@pytest.mark.parametrize("role", list(StaffRole))
def test_staff_open_the_pages_of_their_work(scene: Scene, role: StaffRole) -> None:
    person = next(each for each in scene.cast.staff if each.staff_role == role)
    browser = logged_in(person)
    for address, method, url in calls(scene, "back_office"):
        may = role is StaffRole.ADMINISTRATOR or role in BACK_OFFICE[address.short]
        found = status(browser, method, url)
        assert found < 500, (address.name, method, found)
        if may:
            assert found != 403, (role, address.name, method)
        else:
            assert found in {403, 405}, (role, address.name, method, found)


def test_clients_never_enter_the_back_office(scene: Scene) -> None:
    alice = logged_in(scene.cast.alice)
    for address, method, url in calls(scene, "back_office"):
        assert status(alice, method, url) in {403, 405}, (address.name, method)


def test_staff_have_no_company_to_act_for(scene: Scene) -> None:
    admin = logged_in(scene.cast.admin)
    for address, method, url in calls(scene, "client_area"):
        answer = admin.generic(method, url)
        home = answer.headers.get("Location") == reverse("back_office:home")
        refused = answer.status_code in {404, 405}
        assert home or refused, (address.name, method, answer.status_code)
