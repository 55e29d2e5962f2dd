from django.urls import include, path

app_name = "shop"
urlpatterns = [path("", include("marketingconnect.web.shop.pages.urls"))]
