"""The search page."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketingconnect.web.access import ClientRequest, client_page
from marketingconnect.web.client_area.search.finding import find


class SearchForm(forms.Form):
    q = forms.CharField(label="Chercher", max_length=80, required=False)


@require_safe
@client_page()
def search(request: ClientRequest) -> HttpResponse:
    """Everything of the company under the words typed."""
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    context = {"form": form, "words": words, "groups": find(request.company.pk, words)}
    return render(request, "client_area/search/search.html", context)
