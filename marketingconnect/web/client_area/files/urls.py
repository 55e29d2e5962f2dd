"""Addresses of the contact files."""

from django.urls import path

from marketingconnect.web.client_area.files import outcome, preparing

urlpatterns = [
    path("", outcome.files, name="files"),
    path("nouveau/", preparing.new, name="file_new"),
    path("<int:file_id>/", outcome.file, name="file"),
    path("<int:file_id>/colonnes/", preparing.columns, name="file_columns"),
    path("<int:file_id>/origine/", preparing.origin, name="file_origin"),
    path("<int:file_id>/avancement/", outcome.progress, name="file_progress"),
    path("<int:file_id>/arreter/", outcome.cancel, name="file_cancel"),
    path("<int:file_id>/reprendre/", outcome.restart, name="file_restart"),
    path("<int:file_id>/refus.csv", outcome.refused, name="file_refused"),
    path("<int:file_id>/a-verifier.csv", outcome.doubtful, name="file_doubtful"),
    path("<int:file_id>/contacts.csv", outcome.export, name="file_export"),
    path("<int:file_id>/supprimer/", outcome.delete, name="file_delete"),
]
