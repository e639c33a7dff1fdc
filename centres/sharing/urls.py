from django.urls import path

from centres.sharing import views, views_desk, views_drive, views_loan

urlpatterns = [
    path("sharing/", views.sharing, name="sharing"),
    path("sharing/items/<uuid:item_id>/", views.item, name="loan-item"),
    path("sharing/items/<uuid:item_id>/reserve/", views_loan.reserve, name="loan-reserve"),
    path("sharing/items/<uuid:item_id>/wait/", views_loan.wait, name="loan-wait"),
    path("sharing/waits/<uuid:wait_id>/leave/", views_loan.leave_line, name="loan-wait-leave"),
    path("sharing/loans/", views_loan.mine, name="loans"),
    path("sharing/loans/<uuid:loan_id>/", views_loan.loan, name="loan"),
    path("sharing/loans/<uuid:loan_id>/act/", views_loan.act, name="loan-act"),
    path("sharing/code/", views.code, name="loan-code"),
    path("sharing/code/<str:code>/", views.copy, name="loan-copy"),
    path("sharing/code/<str:code>/take/", views_loan.take, name="loan-copy-take"),
    path("sharing/drives/<uuid:drive_id>/", views_drive.drive, name="drive"),
    path("sharing/drives/<uuid:drive_id>/pledge/", views_drive.pledge, name="drive-pledge"),
    path("sharing/pledges/<uuid:pledge_id>/withdraw/", views_drive.withdraw, name="pledge-withdraw"),
    path("sharing/donations/<uuid:donation_id>/", views_drive.donation, name="donation"),
    path("desk/sharing/", views_desk.desk, name="desk-sharing"),
    path("desk/sharing/lend/", views_desk.lend, name="desk-lend"),
    path("desk/sharing/stickers/", views_desk.stickers, name="desk-stickers"),
    path("desk/sharing/items/new/", views_desk.new_item, name="loan-item-new"),
    path("desk/sharing/drives/new/", views_drive.new, name="drive-new"),
    path("desk/sharing/drives/<uuid:drive_id>/", views_drive.desk, name="desk-drive"),
    path("desk/sharing/drives/<uuid:drive_id>/receive/", views_drive.receive, name="drive-receive"),
    path("desk/sharing/drives/<uuid:drive_id>/export.xlsx", views_drive.export, name="drive-export"),
    path("desk/sharing/pledges/<uuid:pledge_id>/confirm/", views_drive.confirm, name="pledge-confirm"),
    path("desk/sharing/donations/<uuid:donation_id>/correct/", views_drive.correct, name="donation-correct"),
]
