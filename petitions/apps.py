from portal.storey import Storey


class PetitionsConfig(Storey):
    name = "petitions"
    verbose_name = "诉求"
    rooms = ("cases", "wishes")
