from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.webhooks import payments, returns

app_name = "webhooks"
urlpatterns: list[URLPattern | URLResolver] = [
    path("banque/", payments.sandbox, name="sandbox"),
    path("stripe/", payments.stripe, name="stripe"),
    path("retours/", returns.returns, name="returns"),
    path("retours/mailgun/", returns.mailgun, name="mailgun"),
    path("retours/sns/", returns.sns, name="sns"),
]
