from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404

from portal.accounts.policy import slip_holder
from portal.attachments.models import Attachment
from portal.attachments.queries import may_see


@slip_holder
def photo(request: HttpRequest, attachment_id: UUID) -> FileResponse:
    """A photo, to those its room lets in; to anyone else it is not there."""
    attachment = get_object_or_404(Attachment, pk=attachment_id)
    if not may_see(request.actor, attachment, request):  # type: ignore[attr-defined]
        raise Http404
    try:
        file = attachment.file.open("rb")
    except FileNotFoundError as error:
        # A database restored without its files: the page around it must still be read.
        raise Http404 from error
    response = FileResponse(file, content_type=attachment.content_type, filename=f"{attachment.pk}.jpg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response
