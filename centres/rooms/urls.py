from django.urls import path

from centres.rooms import (
    views,
    views_appeal,
    views_booking,
    views_desk,
    views_door,
    views_line,
    views_poster,
    views_report,
)

urlpatterns = [
    path("rooms/", views.rooms, name="rooms"),
    path("rooms/<uuid:room_id>/", views.room, name="room"),
    path("rooms/<uuid:room_id>/book/", views_booking.book, name="room-book"),
    path("rooms/report/", views_report.report, name="room-report"),
    path("rooms/report/rows/", views_report.rows, name="room-report-rows"),
    path("rooms/report/table.xlsx", views_report.table, name="room-report-xlsx"),
    path("rooms/posters/", views_poster.posters, name="room-posters"),
    path("rooms/<uuid:room_id>/poster/", views_poster.poster, name="room-poster"),
    path("rooms/<uuid:room_id>/links/", views_door.room_links, name="room-links"),
    path("rooms/<uuid:room_id>/here/<str:code>/", views_door.here, name="room-here"),
    path("rooms/feed/<str:token>.ics", views_door.room_feed, name="room-feed"),
    path("door/<str:token>/", views_door.door, name="door"),
    path("bookings/", views_booking.mine, name="bookings"),
    path("bookings/feed/", views_booking.new_feed, name="bookings-feed-new"),
    path("bookings/feed/<str:token>.ics", views_booking.feed, name="bookings-feed"),
    path("bookings/<uuid:booking_id>/", views_booking.booking, name="booking"),
    path("bookings/<uuid:booking_id>/act/", views_booking.act, name="booking-act"),
    path("bookings/<uuid:booking_id>/move/", views_booking.move, name="booking-move"),
    path("bookings/<uuid:booking_id>/calendar.ics", views_booking.booking_ics, name="booking-ics"),
    path("waitlist/<uuid:entry_id>/", views_line.entry, name="waitlist-entry"),
    path("suspensions/<uuid:suspension_id>/", views_appeal.suspension, name="suspension"),
    path("suspensions/<uuid:suspension_id>/appeal/", views_appeal.appeal, name="suspension-appeal"),
    path("suspensions/<uuid:suspension_id>/decide/", views_appeal.decide, name="suspension-decide"),
    path("desk/bookings/", views_desk.bookings, name="desk-bookings"),
]
