from portal.storey import Storey


class GridsConfig(Storey):
    name = "grids"
    verbose_name = "网格"
    rooms = ("tree", "postings", "registry", "visits")
