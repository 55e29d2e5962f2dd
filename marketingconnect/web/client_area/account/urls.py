from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.client_area.account import (
    mandates,
    members,
    reference,
    security,
    terms,
    views,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.company, name="account"),
    path("changer-de-societe/", views.switch_company, name="switch_company"),
    path("utilisateurs/", members.members, name="members"),
    path("utilisateurs/inviter/", members.invite, name="member_invite"),
    path("utilisateurs/invitations/<int:link_id>/", members.withdraw, name="member_withdraw"),
    path("utilisateurs/<int:user_id>/role/", members.change_role, name="member_role"),
    path("utilisateurs/<int:user_id>/retirer/", members.remove, name="member_remove"),
    path("conditions/", terms.terms, name="account_terms"),
    path("conditions/reference/", reference.cite, name="account_reference"),
    path("mandataires/", mandates.mandates, name="mandates"),
    path("mandataires/nouveau/", mandates.record, name="mandate_new"),
    path("mandataires/<int:mandate_id>/document/", mandates.document, name="mandate_document"),
    path("mandataires/<int:mandate_id>/fin/", mandates.revoke, name="mandate_revoke"),
    path("securite/", security.security, name="security"),
    path("securite/mot-de-passe/", security.password, name="security_password"),
    path("securite/sessions/<int:session_id>/", security.end_session, name="session_end"),
    path("securite/sessions/autres/", security.end_others, name="session_end_others"),
]
