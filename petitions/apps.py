# The module, not the class: with two AppConfigs in sight Django would choose neither.
from portal import storey


class PetitionsConfig(storey.Storey):
    name = "petitions"
    verbose_name = "诉求"
    rooms = ("cases", "wishes", "bridge", "open311", "inspections")
