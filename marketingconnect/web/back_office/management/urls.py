from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.back_office.management import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.management, name="management"),
    path("mois.csv", views.management_csv, name="management_csv"),
    path("mois.xlsx", views.management_xlsx, name="management_xlsx"),
    path("balance-agee/", views.ageing, name="ageing"),
    path("balance-agee.csv", views.ageing_csv, name="ageing_csv"),
    path("balance-agee.xlsx", views.ageing_xlsx, name="ageing_xlsx"),
]
