from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.shop.pages import compared, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("offres/<slug:code>/", views.offer, name="offer"),
    path("offres/<slug:code>/prix", views.offer_price, name="offer_price"),
    path("tarifs/", views.prices, name="prices"),
    path("tarifs/<int:number>/", compared.prices, name="prices_coming"),
    path("conditions/", views.terms, name="terms"),
    path("conditions/version-<int:number>/", views.terms_version, name="terms_version"),
    path("conditions/comparer/<int:earlier>-<int:later>/", compared.terms, name="terms_compare"),
    path("caracteristiques-e-mail/", views.email_specification, name="email_specification"),
    path("mentions-legales/", views.legal, name="legal"),
    path("donnees-personnelles/", views.privacy, name="privacy"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path("apparence/", views.theme, name="theme"),
]
