"""Which systems there are is a setting. What came and what went is written by services, and is only read here."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from petitions.bridge import services
from petitions.bridge.models import CategoryMapping, ExternalSystem, ExternalTicket, InboundProblem, OutboundUpdate
from portal.accounts.actors import Actor


class SystemForm(forms.ModelForm):
    secret = forms.CharField(
        label=gettext_lazy("密钥"),
        help_text=gettext_lazy("对方给了就写；不写，第一次保存时自动生成，只显示一次。保存以后不再显示。"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def _post_clean(self) -> None:
        # The constraint "nothing leaves unsigned" holds once the service has locked a secret away.
        instance: Any = self.instance
        before, instance.secret_box = instance.secret_box, instance.secret_box or "to come"
        super()._post_clean()  # type: ignore[misc]
        instance.secret_box = before


@admin.register(ExternalSystem)
class ExternalSystemAdmin(admin.ModelAdmin):
    form = SystemForm
    list_display = ("name", "code", "kind", "grid", "is_active", "pulled_at", "pull_error")
    fields = (
        "code", "name", "kind", "grid", "default_category", "answer_url", "pull_url", "secret", "state_codes",
        "is_active", "pulled_at", "pull_error",
    )  # fmt: skip
    readonly_fields = ("pulled_at", "pull_error")
    raw_id_fields = ("grid",)
    actions = ("give_token",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        actor = Actor.of(request.user, channel="admin")  # type: ignore[arg-type]
        secret = form.cleaned_data["secret"]
        fields = [name for name in form.changed_data if name != "secret"] + (["secret_box"] if secret else [])
        made = services.configure(actor=actor, system=obj, secret=secret, fields=fields)
        if made:
            said = _("密钥只显示这一次，请抄给对方：%(secret)s") % {"secret": made}
            messages.warning(request, said)

    @admin.action(description=gettext_lazy("发一个新令牌，旧的作废"))
    def give_token(self, request: HttpRequest, queryset: Any) -> None:
        for system in queryset:
            token = services.new_token(actor=Actor.of(request.user, channel="admin"), system=system)  # type: ignore[arg-type]
            said = _("%(name)s的令牌只显示这一次：%(token)s") % {"name": system.name, "token": token}
            messages.warning(request, said)


class OnlyRead(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(CategoryMapping)
class CategoryMappingAdmin(OnlyRead):
    list_display = ("system", "external_code", "category")


@admin.register(ExternalTicket)
class ExternalTicketAdmin(OnlyRead):
    """Ids and hashes: sysadmins have no residents' data."""

    list_display = ("external_id", "system", "via", "external_category", "category_unknown", "received_at")
    fields = ("external_id", "system", "via", "body_hash", "external_category", "category_unknown", "received_at")
    list_select_related = ("system",)


@admin.register(InboundProblem)
class InboundProblemAdmin(OnlyRead):
    list_display = ("external_id", "system", "kind", "via", "at", "settled_at")
    fields = ("external_id", "system", "kind", "via", "at", "settled_at")


@admin.register(OutboundUpdate)
class OutboundUpdateAdmin(OnlyRead):
    list_display = ("key", "state", "stage", "attempt", "last_error", "sent_at")
    fields = ("key", "event", "state", "stage", "attempt", "limit", "last_error", "sent_at")
