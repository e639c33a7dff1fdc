"""The shape of a ticket, for the API's document. What it holds is read by `incoming.py`, which forgives more."""

from rest_framework import serializers


class Caller(serializers.Serializer):
    name = serializers.CharField(required=False, allow_blank=True)
    phone = serializers.CharField(required=False, allow_blank=True)


class TicketIn(serializers.Serializer):
    id = serializers.CharField(help_text="the ticket's id in the sending system; unique there")
    title = serializers.CharField(required=False, allow_blank=True)
    description = serializers.CharField()
    category = serializers.CharField(required=False, allow_blank=True, help_text="the sending system's own code")
    address = serializers.CharField(required=False, allow_blank=True)
    grid = serializers.CharField(required=False, allow_blank=True, help_text="code of a node of the grid tree")
    caller = Caller(required=False)
    reported_at = serializers.DateTimeField(required=False)
    due_at = serializers.DateTimeField(required=False, help_text="the sending system's own deadline")


class TicketOut(serializers.Serializer):
    id = serializers.CharField()
    ref = serializers.CharField()
    state = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    category_known = serializers.BooleanField()
