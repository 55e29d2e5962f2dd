"""The staff's first page: the queues of each role; the team, for administrators."""

import pytest
from django.test import Client

from marketingconnect import clock
from marketingconnect.accounts.models import User
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.audit.models import JournalEntry
from marketingconnect.notices.models import Notice
from marketingconnect.notices.states import NoticeState
from tests.cast import PASSWORD, Cast, logged_in
from tests.web.mail import link_in, mail_to

pytestmark = pytest.mark.django_db


def home(user: User) -> str:
    answer = logged_in(user).get("/gestion/")
    assert answer.status_code == 200
    return answer.content.decode().replace("\u00a0", " ")


def test_each_role_sees_its_own_queues(cast: Cast) -> None:
    assert "Messages à modérer" in home(cast.paul)
    assert "Messages à modérer" not in home(cast.ines)
    assert "Virements et chèques attendus" in home(cast.ines)
    assert "Aucune file pour votre rôle" in home(cast.lea)
    everything = home(cast.admin)
    assert "Messages à modérer" in everything
    assert "Virements et chèques attendus" in everything


def test_a_queue_with_work_comes_first_with_its_count_and_oldest(cast: Cast) -> None:
    Notice.objects.create(
        key="a:1",
        template="sample",
        to_email="nadia@example.org",
        subject="Essai",
        text="",
        html="",
        queued_at=clock.now(),
        state=NoticeState.UNCERTAIN,
    )

    lines = logged_in(cast.marc).get("/gestion/").context["lines"]

    assert [line.count for line in lines] == [1, *[0] * (len(lines) - 1)]
    assert lines[0].queue.url_name == "back_office:notices"
    assert lines[0].oldest is not None


def test_clients_and_visitors_stay_out(cast: Cast) -> None:
    for path in ("/gestion/", "/gestion/clients/", "/gestion/journal/", "/gestion/equipe/"):
        assert logged_in(cast.alice).get(path).status_code == 403
        assert Client().get(path)["Location"].startswith("/compte/connexion/?next=")


def test_only_an_administrator_manages_the_team(cast: Cast) -> None:
    for user in cast.staff:
        expected = 200 if user == cast.admin else 403
        assert logged_in(user).get("/gestion/equipe/").status_code == expected
        path = f"/gestion/equipe/{cast.marc.pk}/"
        assert logged_in(user).get(path).status_code == expected


def test_an_administrator_adds_a_person_who_chooses_a_password(cast: Cast) -> None:
    form = {"first_name": "Yann", "last_name": "R.", "email": "yann@example.org", "role": "dpo"}
    admin = logged_in(cast.admin)

    assert admin.post("/gestion/equipe/nouveau/", form).status_code == 302
    assert admin.post("/gestion/equipe/nouveau/", form).status_code == 400
    visitor = Client()
    answer = visitor.post(link_in(mail_to("yann@example.org")[0]), {"password": PASSWORD})

    assert answer["Location"] == "/gestion/"
    assert visitor.get("/gestion/").status_code == 200
    yann = User.objects.get(email="yann@example.org")
    assert (yann.staff_role, yann.is_staff) == (StaffRole.DPO, True)
    assert JournalEntry.objects.filter(action="staff.created").count() == 1


def test_staff_see_and_end_their_own_sessions_and_change_their_password(cast: Cast) -> None:
    cast.ines.set_password(PASSWORD)
    cast.ines.save()
    here, elsewhere = Client(), Client()
    for browser in (here, elsewhere):
        browser.post("/compte/connexion/", {"email": cast.ines.email, "password": PASSWORD})
    page = here.get("/gestion/securite/")
    assert [device for _, device in page.context["sessions"]] == ["Appareil inconnu"] * 2

    others = [s for s, _ in page.context["sessions"] if s.session_key != here.session.session_key]
    path = f"/gestion/securite/sessions/{others[0].pk}/"
    assert logged_in(cast.paul).post(path).status_code == 404
    assert here.post(path).status_code == 302
    assert elsewhere.get("/gestion/").status_code == 302
    form = {"old": PASSWORD, "new": "une tout autre phrase"}
    assert here.post("/gestion/securite/mot-de-passe/", {**form, "old": "x"}).status_code == 400
    assert here.post("/gestion/securite/mot-de-passe/", form).status_code == 302
    assert here.post("/gestion/securite/sessions/autres/").status_code == 302
    assert here.get("/gestion/").status_code == 200


def test_access_ends_at_once_and_nobody_shuts_itself_out(cast: Cast) -> None:
    paul = logged_in(cast.paul)
    assert paul.get("/gestion/").status_code == 200
    admin = logged_in(cast.admin)

    path = f"/gestion/equipe/{cast.paul.pk}/"
    assert admin.post(path, {"role": "moderation"}).status_code == 302
    assert paul.get("/gestion/").status_code == 302
    own = f"/gestion/equipe/{cast.admin.pk}/"
    assert admin.post(own, {"role": "dpo", "is_active": "on"}).status_code == 400
    assert admin.get("/gestion/").status_code == 200
    assert admin.get(f"/gestion/equipe/{cast.alice.pk}/").status_code == 404
