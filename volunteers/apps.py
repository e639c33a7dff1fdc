from portal.storey import Storey


class VolunteersConfig(Storey):
    name = "volunteers"
    verbose_name = "志愿"
    rooms = ("organisations", "service")
