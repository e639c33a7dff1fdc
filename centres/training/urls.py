from django.urls import path

from centres.training import views, views_desk, views_order

urlpatterns = [
    path("training/", views.catalogue, name="training"),
    path("training/<uuid:course_id>/", views.course, name="training-course"),
    path("training/order/", views.group, name="training-group"),
    path("training/order/lines/", views.lines, name="training-lines"),
    path("training/order/check/", views.check, name="training-check"),
    path("training/orders/", views_order.mine, name="training-orders"),
    path("training/orders/<uuid:order_id>/", views_order.order, name="training-order"),
    path("training/orders/<uuid:order_id>/act/", views_order.act, name="training-act"),
    path("training/orders/<uuid:order_id>/group/", views_order.group, name="training-order-group"),
    path("training/orders/<uuid:order_id>/lines/", views_order.lines, name="training-order-lines"),
    path("training/orders/<uuid:order_id>/paper/", views_order.paper, name="training-paper"),
    path("training/orders/<uuid:order_id>/phone/", views_order.phone, name="training-phone"),
    path("desk/training/", views_desk.orders, name="desk-training"),
    path("desk/training/days/", views_desk.days, name="desk-training-days"),
    path("desk/training/sheet/", views_desk.sheet, name="desk-training-sheet"),
]
