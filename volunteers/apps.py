# The module, not the class: with two AppConfigs in sight Django would choose neither.
from portal import storey


class VolunteersConfig(storey.Storey):
    name = "volunteers"
    verbose_name = "志愿"
    rooms = ("organisations", "service")
