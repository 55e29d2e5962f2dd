"""The company's pictures."""

from django.contrib import messages as notes
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.messages.errors import InvalidPictureError, PictureInUseError
from marketingconnect.messages.library import our_pictures
from marketingconnect.messages.models import Picture
from marketingconnect.messages.queries import pictures_of
from marketingconnect.messages.services import add_picture, delete_picture
from marketingconnect.messages.specification import specification_on
from marketingconnect.web.access import ClientRequest, actor_of, client_page
from marketingconnect.web.client_area.messages.forms import PictureForm
from marketingconnect.web.client_area.messages.showing import picture_src
from marketingconnect.web.errors import conflict
from marketingconnect.web.going_back import go_back, own_page
from marketingconnect.web.middleware import takes_upload


@client_page(MemberRole.EDITOR)
@require_http_methods(["GET", "HEAD", "POST"])
@takes_upload(
    lambda: specification_on(clock.today()).max_picture_upload_bytes,
    "Cette image est trop lourde : enregistrez-la en JPEG, ou réduisez ses dimensions.",
)
def library(request: ClientRequest) -> HttpResponse:
    """CGV B.1.1: the pictures kept, ours to use, and a form to add one."""
    if request.method != "POST":
        return _page(request, PictureForm(), 200)
    form = PictureForm(request.POST, request.FILES)
    if not form.is_valid() or not _kept(request, form):
        return _page(request, form, 400)
    notes.success(request, "L’image est dans votre bibliothèque.")
    back = request.POST.get("back", "")
    return go_back(request, back, otherwise=reverse("client_area:pictures"))


@client_page(MemberRole.EDITOR)
@require_POST
def delete(request: ClientRequest, public_name: str) -> HttpResponse:
    """Forget a picture of the library that no message shows."""
    company_id, actor = request.company.pk, actor_of(request)
    try:
        delete_picture(public_name, company_id=company_id, actor=actor, now=clock.now())
    except Picture.DoesNotExist as missing:
        raise Http404 from missing
    except PictureInUseError as refusal:
        return conflict(request, refusal.sentence)
    notes.success(request, "L’image est effacée de votre bibliothèque.")
    return redirect("client_area:pictures")


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


def _page(request: ClientRequest, form: PictureForm, status: int) -> HttpResponse:
    context = {
        "form": form,
        "pictures": pictures_of(request.company.pk)[:100],
        "ours": our_pictures(),
        "picture_src": picture_src(""),
        "back": own_page(request, request.POST.get("back") or request.GET.get("retour", "")),
    }
    return render(request, "client_area/messages/pictures.html", context, status=status)
