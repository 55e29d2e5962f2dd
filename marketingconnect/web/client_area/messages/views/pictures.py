"""The company's pictures."""

from django.contrib import messages as notes
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.messages.errors import InvalidPictureError
from marketingconnect.messages.library import our_pictures
from marketingconnect.messages.queries import pictures_of
from marketingconnect.messages.services import add_picture
from marketingconnect.messages.specification import specification_on
from marketingconnect.web.access import ClientRequest, actor_of, client_page
from marketingconnect.web.client_area.messages.forms import PictureForm
from marketingconnect.web.client_area.messages.showing import picture_src


@client_page(MemberRole.EDITOR)
@require_http_methods(["GET", "HEAD", "POST"])
def library(request: ClientRequest) -> HttpResponse:
    """CGV B.1.1: the pictures kept, ours to use, and a form to add one."""
    if request.method != "POST":
        return _page(request, PictureForm(), 200)
    form = PictureForm(request.POST, request.FILES)
    if not form.is_valid() or not _kept(request, form):
        return _page(request, form, 400)
    notes.success(request, "L’image est dans votre bibliothèque.")
    return redirect(_back(request) or "client_area:pictures")


def _kept(request: ClientRequest, form: PictureForm) -> bool:
    """Keep the picture; an error goes beside its field."""
    typed = form.cleaned_data
    most = specification_on(clock.today()).max_picture_upload_bytes
    try:
        add_picture(
            company_id=request.company.pk,
            user_id=request.user.pk,
            data=typed["file"].read(most + 1),
            alt=typed["alt"],
            licence_note=typed["licence_note"],
            is_logo=typed["is_logo"],
            actor=actor_of(request),
            now=clock.now(),
        )
    except InvalidPictureError as refusal:
        form.add_error("file", refusal.sentence)
        return False
    return True


def _back(request: ClientRequest) -> str:
    """The page one came from, when it is one of ours."""
    back = request.POST.get("back", "")
    return back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else ""


def _page(request: ClientRequest, form: PictureForm, status: int) -> HttpResponse:
    context = {
        "form": form,
        "pictures": pictures_of(request.company.pk)[:100],
        "ours": our_pictures(),
        "picture_src": picture_src(""),
        "back": request.POST.get("back") or request.GET.get("retour", ""),
    }
    return render(request, "client_area/messages/pictures.html", context, status=status)
