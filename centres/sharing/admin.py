"""Where a sysadmin sets up what a house lends. Loans and what was given are people's, and not in the office."""

from django.contrib import admin

from centres.sharing.models import LoanCopy, LoanItem
from portal.accounts.site import Settings


class Copies(admin.TabularInline):
    model = LoanCopy
    extra = 0
    readonly_fields = ("code",)


@admin.register(LoanItem)
class LoanItemAdmin(Settings):
    list_display = ("name", "kind", "centre", "loan_days", "is_active")
    list_filter = ("kind",)
    search_fields = ("name", "centre__name")
    inlines = [Copies]
