from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.back_office.returned_mails import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.returned_mails, name="returned_mails"),
    path("export.csv", views.returned_mails_csv, name="returned_mails_csv"),
    path("<int:mail_id>/", views.returned_mail, name="returned_mail"),
    path("<int:mail_id>/rattacher", views.attach, name="returned_mail_attach"),
    path("<int:mail_id>/transmettre", views.forward, name="returned_mail_forward"),
    path("<int:mail_id>/opposition", views.oppose, name="returned_mail_oppose"),
    path("<int:mail_id>/sans-suite", views.dismiss, name="returned_mail_dismiss"),
]
