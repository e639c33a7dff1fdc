# The module, not the class: with two AppConfigs in sight Django would choose neither.
from portal import storey


class CentresConfig(storey.Storey):
    name = "centres"
    verbose_name = "中心"
    rooms = ("rooms", "activities", "training", "sharing", "surveys", "displays")
