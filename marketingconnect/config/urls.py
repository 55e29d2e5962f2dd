"""One prefix an audience."""

from django.urls import include, path

urlpatterns = [
    path("", include("marketingconnect.web.shop.urls")),
    path("compte/", include("marketingconnect.web.accounts_urls")),
    path("espace/", include("marketingconnect.web.client_area.urls")),
    path("gestion/", include("marketingconnect.web.back_office.urls")),
    path("u/", include("marketingconnect.web.tracking.urls")),
    path("", include("marketingconnect.web.tracking.visits_urls")),
    path("rappels/", include("marketingconnect.web.webhooks.urls")),
]

handler400 = "marketingconnect.web.errors.bad_request"
handler403 = "marketingconnect.web.errors.permission_denied"
handler404 = "marketingconnect.web.errors.not_found"
handler500 = "marketingconnect.web.errors.server_error"
