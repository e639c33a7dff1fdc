"""What the register is searched by, kept by the database itself, so that no writer can forget it (docs/adr/0023).

`place` is the path of the third level (the community) a door lies in. It leads every index of a search: a reader's own
community is looked through, not the district. `keys` are a name's pieces of one to three characters, each behind the
place: 丽华 is found in 林丽华 by one entry of an index, where trigrams would read everybody.
"""

import pgtrigger

PLACE = 12  # three levels of four letters
PIECES = 3

household_place = pgtrigger.Trigger(
    name="household_place",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("building_id", "place"),
    func=f"""
        SELECT left(path, {PLACE}) INTO NEW.place FROM grids_grid WHERE id = NEW.building_id;
        NEW.place := coalesce(NEW.place, '');
        RETURN NEW;
    """,
)
# The people follow their door when its building is moved to another community.
household_moves = pgtrigger.Trigger(
    name="household_moves",
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("building_id", "place"),
    condition=pgtrigger.Condition("OLD.place IS DISTINCT FROM NEW.place"),
    func="""
        UPDATE grids_resident SET place = NEW.place WHERE household_id = NEW.id;
        RETURN NULL;
    """,
)
resident_keys = pgtrigger.Trigger(
    name="resident_keys",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("household_id", "name", "place"),
    func=f"""
        SELECT place INTO NEW.place FROM grids_household WHERE id = NEW.household_id;
        NEW.place := coalesce(NEW.place, '');
        NEW.keys := ARRAY(
            SELECT DISTINCT NEW.place || substr(NEW.name, at, size)
            FROM generate_series(1, length(NEW.name)) AS at, generate_series(1, {PIECES}) AS size
            WHERE at + size - 1 <= length(NEW.name)
        );
        RETURN NEW;
    """,
)
