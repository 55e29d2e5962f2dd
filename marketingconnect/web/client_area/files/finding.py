"""Find a file of the company at work; anybody else's does not exist."""

from django.http import Http404

from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.queries import file_of
from marketingconnect.web.access import ClientRequest


def own_file(request: ClientRequest, file_id: int) -> ContactFile:
    """The file, or a 404."""
    try:
        return file_of(request.company.pk, file_id)
    except ContactFile.DoesNotExist as error:
        raise Http404 from error
