from django.urls import URLPattern, path

from marketingconnect.web.client_area.campaigns.views import (
    again,
    composing,
    figures,
    lists,
    renting,
    testing,
    visits,
)

urlpatterns: list[URLPattern] = [
    path("", lists.campaigns, name="campaigns"),
    path("comparer", lists.compare, name="campaigns_compare"),
    path("nouvelle", lists.new, name="campaign_new"),
    path("<int:campaign_id>/", composing.summary, name="campaign"),
    path("<int:campaign_id>/destinataires", composing.recipients, name="campaign_recipients"),
    path("<int:campaign_id>/destinataires/base", renting.rented_recipients, name="campaign_rented"),
    path("cible/<int:target_id>", renting.from_target, name="campaign_from_target"),
    path("<int:campaign_id>/message", composing.message, name="campaign_message"),
    path("<int:campaign_id>/date", composing.calendar, name="campaign_calendar"),
    path("<int:campaign_id>/test", testing.subject_test, name="campaign_test"),
    path("<int:campaign_id>/test/non", testing.no_test, name="campaign_no_test"),
    path("<int:campaign_id>/mesure", visits.measures, name="campaign_measures"),
    path("<int:campaign_id>/clics", visits.clicks, name="campaign_clicks"),
    path("<int:campaign_id>/clics.csv", visits.clicks_csv, name="campaign_clicks_csv"),
    path("<int:campaign_id>/commander", composing.order, name="campaign_order"),
    path("<int:campaign_id>/dupliquer", again.duplicate, name="campaign_duplicate"),
    path("<int:campaign_id>/relancer", again.resend, name="campaign_resend"),
    path("<int:campaign_id>/abandonner", composing.abandon, name="campaign_abandon"),
    path("<int:campaign_id>/chiffres", figures.figures, name="campaign_figures"),
    path("<int:campaign_id>/chiffres/direct", figures.live, name="campaign_live"),
    path("<int:campaign_id>/chiffres/<slug:kind>", figures.recipients, name="campaign_list"),
    path("<int:campaign_id>/releve/<slug:kind>", figures.statement, name="campaign_statement"),
    path("<int:campaign_id>/export.csv", figures.export_csv, name="campaign_csv"),
    path("<int:campaign_id>/export-excel", figures.request_workbook, name="campaign_workbook"),
    path("<int:campaign_id>/export-excel/<int:export_id>", figures.workbook, name="campaign_xlsx"),
]
