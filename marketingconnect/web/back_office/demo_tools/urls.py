from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.back_office.demo_tools import clock_page, inbox, texts

urlpatterns: list[URLPattern | URLResolver] = [
    path("courrier/", inbox.inbox, name="inbox"),
    path("courrier/<int:number>/", inbox.message, name="inbox_message"),
    path("courrier/<int:number>/html/", inbox.message_html, name="inbox_html"),
    path("courrier/<int:number>/pieces/<int:index>/", inbox.attachment, name="inbox_attachment"),
    path("sms/", texts.texts, name="texts"),
    path("horloge/", clock_page.clock_page, name="clock"),
]
