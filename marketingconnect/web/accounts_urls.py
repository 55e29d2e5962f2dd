"""Log-in and registration, under the namespace that Django's settings name."""

from marketingconnect.web.shop.sign_up.urls import urlpatterns

app_name = "accounts"
__all__ = ["app_name", "urlpatterns"]
