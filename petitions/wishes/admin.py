from django.contrib import admin

from petitions.wishes.models import WishTerms


@admin.register(WishTerms)
class WishTermsAdmin(admin.ModelAdmin):
    """How long the steps take, per place. Wishes themselves are written by services only."""

    list_display = ("grid", "review_hours", "claim_hours", "open_days")
    raw_id_fields = ("grid",)
