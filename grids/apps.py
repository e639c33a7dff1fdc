# The module, not the class: with two AppConfigs in sight Django would choose neither.
from portal import storey


class GridsConfig(storey.Storey):
    name = "grids"
    verbose_name = "网格"
    rooms = ("tree", "postings", "registry", "visits", "ledgers")
