from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.client_area.proposals import answering, reading

urlpatterns: list[URLPattern | URLResolver] = [
    path("", reading.proposals, name="proposals"),
    path("<str:proposal_reference>/", reading.proposal, name="proposal"),
    path("<str:proposal_reference>/proposition.pdf", reading.pdf, name="proposal_pdf"),
    path("<str:proposal_reference>/accepter", answering.agree, name="proposal_accept"),
    path("<str:proposal_reference>/refuser", answering.decline, name="proposal_refuse"),
    path("<str:proposal_reference>/redemander", answering.ask_again, name="proposal_ask_again"),
]
