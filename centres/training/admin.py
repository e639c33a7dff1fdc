"""Where a sysadmin sets up the base and its catalogue. Orders are written by services only."""

from django.contrib import admin

from centres.training.models import CourseCategory, CourseOffer, TrainingBase
from portal.accounts.site import Settings


@admin.register(TrainingBase)
class TrainingBaseAdmin(Settings):
    list_display = ("name", "centre", "beds", "seats_per_meal", "is_active")


@admin.register(CourseCategory)
class CourseCategoryAdmin(Settings):
    list_display = ("name", "base", "order")


@admin.register(CourseOffer)
class CourseOfferAdmin(Settings):
    list_display = ("title", "category", "minutes", "price_fen", "min_group", "max_group", "is_active")
    list_filter = ("category",)
    search_fields = ("title",)
