from portal.storey import Storey


class CentresConfig(Storey):
    name = "centres"
    verbose_name = "中心"
    rooms = ("rooms",)
