"""What the rooms tell us: a booking of the house's own was called off."""

from centres.activities import services
from centres.rooms.services import on_called_off

on_called_off(services.room_called_off)
