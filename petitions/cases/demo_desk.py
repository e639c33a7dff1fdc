"""What makes the desk look lived in: rules, templates, two reports of one trouble, people who are still to be rung."""

from datetime import timedelta

from grids.tree import queries as tree
from petitions.cases import answers, callbacks, merging, routing, services
from petitions.cases.enums import Event, SendTo, State
from petitions.cases.models import Case, Category
from portal.workbench.demo import Scene

HOME = "文昌花园社区"
# category → the department that works on it, for the whole street
RULES = {"utility": "供水网格", "sanitation": "环卫网格", "emergency": "燃气网格", "noise": "城管网格"}
# title, category, text
TEMPLATES = (
    ("灯修好了", "facility", "【填：哪天】换好了，试过，晚上亮。再有不亮的，打 8555 0110，当天来看。"),
    ("垃圾清走了", "sanitation", "【填：哪天】清走了。以后每天【填：几点】来收，贴在单元门口。"),
    ("还要等一等", "", "要等【填：等什么】，估计【填：哪天】有结果。到时候我们打给您，不用您来问。"),
    ("说和过了", "noise", "【填：哪天】和对方谈过，答应【填：做到什么】。再吵，随时打 8555 0110。"),
    ("在窗口就能办", "question", "带上【填：哪些证件】，到一楼窗口，当场能办。走不动的，打电话，我们上门。"),
)
# what the neighbours say of what somebody else has reported: building, words, who, their telephone
AGAIN = (
    ("12 号楼", "楼道声控灯白天黑夜一直亮，浪费电，能不能来看看。", "孙师傅", "13900007712"),
    ("4 号楼", "垃圾桶几天没清了，味道很大，窗户都不敢开。", "何阿姨", "13900007704"),
)


def load(scene: Scene) -> None:
    secretary, street, clerk = (scene.actor(name) for name in ("secretary", "street", "clerk"))
    home = scene.place[HOME]
    categories = {one.code: one for one in Category.objects.all()}
    for code, department in RULES.items():
        routing.save_rule(
            actor=street, place=tree.chain(home)[1], category=categories[code], send_to=SendTo.TEAM,
            team=scene.place[department],
        )  # fmt: skip
    routing.save_rule(actor=secretary, place=home, send_to=SendTo.GRID)
    for order, (title, code, text) in enumerate(TEMPLATES, start=1):
        answers.save_template(
            actor=secretary, community=home, title=title, text=text, category=categories.get(code), order=10 * order
        )
    for number, (building, words, name, phone) in enumerate(AGAIN):
        case = services.submit(
            actor=clerk, description=words, grid=scene.place[f"{HOME}/{building}"], address=building,
            reporter_name=name, contact_phone=phone, channel="phone",
            now=scene.now - timedelta(minutes=40 - 10 * number),
        )  # fmt: skip
        # The first waits for somebody to look at it; the second was looked at.
        same = merging.alike(clerk.reach, case, scene.now)
        if number and same:
            services.act(actor=clerk, case_id=case.pk, event=Event.MERGE, target=same[0].case, now=scene.now)
    waiting = Case.objects.filter(state=State.AWAITING_FEEDBACK, grid__path__startswith=home.path)
    for one in waiting.exclude(contact_phone="").order_by("id")[:1]:
        callbacks.not_reached(actor=clerk, case_id=one.pk, now=scene.now)
