from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from portal.accounts.policy import signed_in
from portal.api import ApiView
from portal.attachments.services import keep_photo
from portal.errors import Invalid
from portal.once.services import idempotent


class AttachmentsView(ApiView):
    policy = signed_in
    parser_classes = [MultiPartParser]

    @extend_schema(
        request=inline_serializer("Upload", {"file": serializers.FileField()}),
        responses={
            201: inline_serializer(
                "Attachment",
                {
                    "id": serializers.UUIDField(),
                    "sha256": serializers.CharField(),
                    "url": serializers.CharField(),
                },
            )
        },
    )
    @idempotent
    def post(self, request: Request) -> Response:
        upload = request.FILES.get("file")
        if upload is None:
            raise Invalid(_("请选一张照片。"), errors={"file": [_("请选一张照片。")]})
        kept = keep_photo(actor=self.actor, upload=upload)
        return Response(
            {"id": kept.pk, "sha256": kept.sha256, "url": f"/photos/{kept.pk}/"},
            status=201,
        )


urlpatterns = [path("attachments/", AttachmentsView.as_view(), name="api-attachments")]
