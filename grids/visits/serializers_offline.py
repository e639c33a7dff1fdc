from rest_framework import serializers


class WipeSerializer(serializers.Serializer):
    """`destroy`: what was not sent goes too."""

    id = serializers.UUIDField()
    destroy = serializers.BooleanField()


class OfflineContactSerializer(serializers.Serializer):
    """`owner`: who is signed in, null for nobody. `wipe`: null, or an order that this phone has not obeyed yet."""

    id = serializers.UUIDField()
    owner = serializers.UUIDField(allow_null=True)
    now = serializers.DateTimeField()
    wipe = WipeSerializer(allow_null=True)


class DeviceInSerializer(serializers.Serializer):
    device = serializers.UUIDField()


class WipedInSerializer(serializers.Serializer):
    order = serializers.UUIDField()
    unsent = serializers.IntegerField(min_value=0)
