"""Some dozens of cases in every state, from the stories' own themes.

They are lived through: filed, handled and swept in order of time by the services themselves, so that records, clocks,
supervision and figures agree with each other.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from grids.postings import queries as postings
from petitions.cases import demo_desk, powers, services, whistles
from petitions.cases.enums import Event, Kind, ReplyBy, Sla
from petitions.cases.models import Case, Category, WhistleCall
from portal.accounts.actors import Actor
from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.errors import Refusal
from portal.flow import due
from portal.workbench.demo import Scene
from portal.workdays.queries import clock_for

CATEGORIES = (
    ("facility", "公共设施坏了", "路灯、单元门、健身器材", Sla.HELP, Kind.PLAIN),
    ("utility", "水电气热", "停水、跳闸、暖气不热", Sla.UTILITY, Kind.PLAIN),
    ("sanitation", "环境卫生", "垃圾、下水、小广告", Sla.HELP, Kind.PLAIN),
    ("corridor", "楼道堆物", "杂物、电动车进楼", Sla.HELP, Kind.PLAIN),
    ("parking", "停车", "停车难、占消防通道", Sla.COMPLAINT, Kind.PLAIN),
    ("noise", "噪音扰民", "装修、广场舞、烧烤摊", Sla.COMPLAINT, Kind.PLAIN),
    ("estate", "小区管理", "小区并大区、物业、围墙", Sla.COMPLAINT, Kind.PLAIN),
    ("hazard", "安全隐患", "井盖、飞线、墙皮", Sla.HELP, Kind.PLAIN),
    ("neighbours", "邻里纠纷", "请人调解", Sla.COMPLAINT, Kind.MEDIATION),
    ("care", "特殊群体求助", "独居老人、困境儿童", Sla.HELP, Kind.CARE),
    ("question", "问一问", "怎么办、找谁办", Sla.CONSULTATION, Kind.PLAIN),
    ("emergency", "紧急险情", "漏气、困电梯、塌陷", Sla.EMERGENCY, Kind.PLAIN),
)
GOOD, FAIR, BAD = ("satisfied", "yes"), ("fairly", "partly"), ("dissatisfied", "no")
CALLED = ("called", "came", "answered", "together")
POWER = "区自然资源局"
CHASES = ("打给审批科，说材料齐了，排在下个星期会上。", "又去窗口问过，会开了，等签字。")
# Steps with the working hours that pass before each.
HANDED = [("accept", 0.5), ("assign", 0.3), ("sign", 1), ("contact", 0.6)]
FLOWS: dict[str, list[tuple[str, float]]] = {
    "new": [],
    "asked": [("request_info", 1)],
    "accepted": [("accept", 1)],
    "assigned": [("accept", 0.5), ("assign", 0.5)],
    "work": HANDED,
    "review": [*HANDED, ("submit_result", 9)],
    "waiting": [*HANDED, ("submit_result", 11), ("verify_pass", 5)],
    "closed": [*HANDED, ("submit_result", 12), ("verify_pass", 6), ("rate:good", 9)],
    "quick": [
        ("accept", 0.1), ("assign", 0.1), ("sign", 0.1), ("contact", 0.2),
        ("submit_result", 2.5), ("verify_pass", 2), ("rate:good", 5),
    ],
    "fair": [*HANDED, ("submit_result", 20), ("verify_pass", 6), ("rate:fair", 14)],
    "slow": [*HANDED, ("submit_result", 46), ("verify_pass", 6), ("rate:fair", 14)],
    "rework": [
        *HANDED, ("submit_result", 10), ("verify_pass", 5), ("rate:bad", 4),
        ("sign", 1), ("contact", 1), ("submit_result", 9), ("verify_pass", 4), ("rate:good", 6),
    ],
    "again": [*HANDED, ("submit_result", 10), ("verify_pass", 5), ("rate:bad", 4), ("sign", 1)],
    "up": [*HANDED, ("escalate", 6)],
    "street": [*HANDED, ("escalate", 6), ("receive", 2), ("escalate", 8), ("receive", 3)],
    "shelved": [*HANDED, ("ask_shelve", 8), ("grant", 6)],
    "extend": [*HANDED, ("ask_extend", 8)],
    "returned": [("accept", 0.5), ("assign", 0.3), ("return", 1), ("assign", 1), ("sign", 1), ("contact", 1)],
    "ruling": [("accept", 0.5), ("assign", 0.3), ("return", 1), ("assign", 1), ("return", 1)],
    "called": [("accept", 0.2), ("assign", 0.2), ("sign", 0.3), ("whistle", 0.5)],
    "came": [*HANDED, ("whistle", 2), ("arrive", 3)],
    "answered": [*HANDED, ("whistle", 2), ("arrive", 5), ("report", 6)],
    "together": [
        *HANDED, ("whistle", 2), ("arrive", 4), ("report", 8), ("rate_call", 3),
        ("submit_result", 4), ("verify_pass", 5), ("rate:good", 6),
    ],
    "power": [*HANDED, ("escalate", 5), ("receive", 2), ("chase:0", 16), ("chase:1", 20)],
    "rejected": [("reject", 2)],
    "withdrawn": [("withdraw", 3)],
}  # fmt: skip
HOME = "文昌花园社区"
# community / grid or building | category | words | flow | days ago | to a department
SCRIPT: tuple[tuple[str, str, str, str, float, str], ...] = (
    (f"{HOME}/5 号楼", "facility", "5 号楼 1 单元的门关得太响，闭门器坏了，夜里吵得睡不着。", "work", 4, ""),
    (f"{HOME}/1 号楼", "facility", "1 号楼东边两盏路灯不亮，晚上老人不敢走。", "review", 3, ""),
    (f"{HOME}/2 号楼", "corridor", "2 号楼 3 单元一楼堆了旧沙发，挡住消防栓。", "work", 9.4, ""),
    (f"{HOME}/3 号楼", "parking", "3 号楼前面晚上停得满满的，救护车进不来。", "street", 12, ""),
    (f"{HOME}/4 号楼", "sanitation", "4 号楼垃圾桶三天没清，味道很大。", "work", 8.6, "环卫网格"),
    (f"{HOME}/5 号楼", "utility", "5 号楼 2 单元早上停水，没有通知。", "quick", 20, "供水网格"),
    (f"{HOME}/1 号楼", "question", "老年卡年审在哪里办，要带什么？", "quick", 16, ""),
    (f"{HOME}/2 号楼", "noise", "楼下烧烤摊到夜里一点，油烟也大。", "returned", 5, "城管网格"),
    (f"{HOME}/6 号楼", "hazard", "6 号楼后面的井盖松了，踩上去会响。", "closed", 24, "市政网格"),
    (f"{HOME}/7 号楼", "facility", "健身器材的踏板掉了一个，孩子在玩。", "waiting", 6, ""),
    (f"{HOME}/8 号楼", "corridor", "8 号楼有人把电动车推进楼道充电。", "fair", 21, ""),
    (f"{HOME}/9 号楼", "estate", "几个小院能不能并成一个大区，一起请物业？", "shelved", 15, ""),
    (f"{HOME}/10 号楼", "sanitation", "下水堵了，一楼厨房返水。", "rework", 27, ""),
    (f"{HOME}/11 号楼", "utility", "暖气管子不热，家里有小孩。", "assigned", 0.4, "供电网格"),
    (f"{HOME}/12 号楼", "facility", "楼道声控灯一直亮，浪费电。", "new", 0.2, ""),
    (f"{HOME}/13 号楼", "parking", "小区里能不能划几个临时停车位？", "accepted", 0.6, ""),
    (f"{HOME}/14 号楼", "question", "孩子的四点半课堂还有名额吗？", "asked", 0.5, ""),
    (f"{HOME}/15 号楼", "hazard", "15 号楼外墙有一块墙皮要掉。", "up", 2.2, ""),
    (f"{HOME}/16 号楼", "neighbours", "楼上漏水到我家，说了几次没人管，想请社区来说说。", "work", 3, ""),
    (f"{HOME}/17 号楼", "care", "17 号楼有位独居老人，两天没见开门，请上门看看。", "closed", 11, ""),
    (f"{HOME}/18 号楼", "noise", "装修的周末早上七点就开工。", "again", 9, ""),
    (f"{HOME}/19 号楼", "sanitation", "单元门口贴满小广告。", "closed", 30, ""),
    (f"{HOME}/20 号楼", "facility", "对讲门铃按了没声音。", "extend", 2.4, ""),
    (f"{HOME}/21 号楼", "estate", "电梯广告的钱用到哪里去了？", "waiting", 8, ""),
    (f"{HOME}/21 号楼", "facility", "21 号楼门口的台阶缺了一块，老人容易绊。", "waiting", 19, ""),
    (f"{HOME}/22 号楼", "emergency", "22 号楼楼道里闻到煤气味。", "quick", 13, "燃气网格"),
    (f"{HOME}/23 号楼", "parking", "消防通道画了线还是有人停。", "ruling", 1.6, "交通网格"),
    (f"{HOME}/24 号楼", "question", "加装电梯一楼不同意怎么办？", "withdrawn", 7, ""),
    (f"{HOME}/25 号楼", "facility", "请社区推荐一家便宜的装修队。", "rejected", 10, ""),
    ("东大街社区/第 1 网格", "sanitation", "菜场后门的垃圾堆到路中间。", "work", 10.5, "环卫网格"),
    ("东大街社区/第 3 网格", "parking", "驿站门口外卖车停得出不来人。", "closed", 18, ""),
    ("西大街社区/第 2 网格", "facility", "老街路灯坏了一排。", "slow", 26, ""),
    ("西大街社区/第 5 网格", "noise", "广场舞音响太大。", "waiting", 9, ""),
    ("育才路社区/第 4 网格", "hazard", "学校门口的隔离栏断了。", "closed", 22, "交通网格"),
    ("花园社区/第 2 网格", "estate", "五邻议事厅说的围墙什么时候拆？", "work", 6, ""),
    ("合水东路社区/第 6 网格", "utility", "停电两个小时了。", "quick", 14, "供电网格"),
    ("沙河街社区/第 1 网格", "corridor", "代办窗口旁边的楼道堆着纸箱。", "fair", 25, ""),
    ("庆州西路社区/第 3 网格", "facility", "健身房的更衣柜锁坏了。", "closed", 12, ""),
    ("南山社区/第 1 网格", "sanitation", "敲门行动时说的污水沟，又堵上了。", "rework", 24, ""),
    ("南山社区/第 7 网格", "question", "桶装水送上楼要加钱吗？", "quick", 9, ""),
    ("南山社区/第 9 网格", "hazard", "步行街的飞线低得能碰到头。", "work", 11, ""),
    ("南大街社区/第 2 网格", "hazard", "违建的棚子又搭起来了。", "street", 13, ""),
    ("小什字社区/第 1 网格", "parking", "巷子窄，能不能单行？", "accepted", 1.2, ""),
    ("北井社区/第 4 网格", "facility", "井边的护栏松了。", "new", 0.3, ""),
    (f"{HOME}/23 号楼", "noise", "早市占着消防通道，喇叭从六点响到九点。", "called", 1, "城管网格、交通网格"),
    (f"{HOME}/8 号楼", "hazard", "8 号楼西边搭的棚子，挨着燃气管。", "called", 5, "城管网格、燃气网格"),
    (f"{HOME}/15 号楼", "corridor", "地下室住了人，电线乱拉。", "came", 3, "城管网格、供电网格"),
    (f"{HOME}/3 号楼", "sanitation", "装修垃圾堆到消防栓前面，谁都不拉。", "answered", 6, "城管网格、环卫网格"),
    (f"{HOME}/19 号楼", "noise", "夜宵摊的油烟正对着窗户。", "together", 19, "城管网格"),
    (f"{HOME}/9 号楼", "estate", "加装电梯要占一块公共绿地，到底批不批？", "power", 13, ""),
)
ANSWERS = {
    "facility": "今天换了新的，试过三次，关门没有声音了。",
    "utility": "阀门冻裂，已经换好，中午起恢复。以后停水提前一天贴通知。",
    "sanitation": "清运改成每天两次，今天起由环卫的车直接进院。",
    "corridor": "和主人家说好，东西搬走了，贴了提示，下周再去看一次。",
    "parking": "和物业、交警一起量过，消防通道重新划线，晚上有人巡。",
    "noise": "和对方谈过，晚上十点以后不再开工，写了承诺。",
    "estate": "开了院院会，方案贴在公告栏，这个月底表决。",
    "hazard": "当天围了起来，第二天修好，照片附后。",
    "neighbours": "两家坐下来谈妥，楼上重做防水，费用各半。",
    "care": "上门看过，老人安好，和子女通了电话，每周去两次。",
    "question": "带身份证和老年卡，到一楼窗口，当场就能办。",
    "emergency": "二十分钟到场，关阀换管，检测合格以后恢复。",
}  # fmt: skip


@dataclass(order=True)
class Life:
    """One case on its way; the heap keeps them in order of their next step."""

    at: datetime
    number: int
    line: tuple[str, str, str, str, float, str] = field(compare=False)
    steps: list[tuple[str, float]] = field(compare=False)
    case: Case | None = field(compare=False, default=None)


def load(scene: Scene) -> None:
    Category.objects.bulk_create(
        Category(code=code, name=name, hint=hint, sla=sla, kind=kind, order=10 * n)
        for n, (code, name, hint, sla, kind) in enumerate(CATEGORIES, start=1)
    )
    stage = Stage(scene)
    for moment in stage.moments():
        # Sweeping on the way, as the beat would have: warnings and supervision come when they fell due.
        stage.sweep(moment)
    stage.sweep(scene.now)
    demo_desk.load(scene)


class Stage:
    """Plays the script in order of time, by the people who are posted where each case lies."""

    def __init__(self, scene: Scene):
        self.scene = scene
        self.names = scene.names("cases")
        self.categories = {one.code: one for one in Category.objects.all()}
        self.working = clock_for(None)
        self.queue: list[Life] = []
        for number, line in enumerate(SCRIPT):
            began = scene.now - timedelta(days=line[4])
            # A minute or two apart, inside working hours, so that numbers and days look lived.
            began = self.working.next_working_moment(began) + timedelta(minutes=7 * (number % 9))
            if began > scene.now:
                began = scene.now - timedelta(minutes=9 + number)
            heapq.heappush(self.queue, Life(began, number, line, list(FLOWS[line[3]])))

    def moments(self) -> Iterator[datetime]:
        """One step after another, until now; yields each step's moment."""
        while self.queue:
            life = heapq.heappop(self.queue)
            yield life.at
            try:
                self.step(life)
            except Refusal:
                continue  # the sweep took it elsewhere (it lapsed, it was late for more time): it stays where it is
            if not life.steps:
                continue
            _event, hours = life.steps[0]
            life.at = self.working.add_working_time(life.at, timedelta(hours=hours)).at
            if life.at <= self.scene.now:
                heapq.heappush(self.queue, life)

    def sweep(self, until: datetime) -> None:
        while (moment := due.next_due(until)) is not None:
            if not due.sweep(moment).done:
                break

    # ------------------------------------------------------------ a step
    def step(self, life: Life) -> None:
        if life.case is None:
            life.case = self.file(life)
            return
        event, _hours = life.steps.pop(0)
        event, _colon, how = event.partition(":")
        if event in ("arrive", "report", "rate_call"):
            return self.answer_call(event, life)
        if event == "chase":
            return self.chase(life, CHASES[int(how)])
        case = Case.objects.select_related("grid", "holder_user", "holder_grid", "category").get(pk=life.case.pk)
        services.act(
            actor=self.who(event, case), case_id=case.pk, event=event, now=life.at, **self.given(event, how, life, case)
        )

    def answer_call(self, event: str, life: Life) -> None:
        """吹哨报到: the first that was called does it; the others are still awaited."""
        call = WhistleCall.objects.select_related("case__grid", "department").filter(case=life.case).earliest("id")
        path, role = call.department.path, Role.DEPARTMENT_HANDLER
        given: dict[str, Any] = (
            {"reason": "到现场看过，能拆的当场拆了，剩下的下了整改通知。"} if event == "report" else {}
        )
        if event == "rate_call":
            event, path, role = "rate", call.case.grid.path, Role.STREET_SUPERVISOR
            given = {"rating": "satisfied"}
        whistles.answer(actor=self.posted(path, role), call_id=call.pk, event=event, now=life.at, **given)

    def chase(self, life: Life, words: str) -> None:
        assert life.case is not None
        case = Case.objects.select_related("holder_user").get(pk=life.case.pk)
        powers.chase(actor=Actor.of(case.holder_user), case_id=case.pk, power=POWER, words=words, now=life.at)

    def file(self, life: Life) -> Case:
        place, category, words, flow, _days, _department = life.line
        home = life.number % 7 == 0 and place.startswith(HOME)
        actor = self.scene.actor("resident") if home else Actor()
        name = (
            "" if home else self.names.person()[0] + "师傅阿姨大爷"[2 * (life.number % 3) : 2 * (life.number % 3) + 2]
        )
        return services.submit(
            actor=actor,
            description=words,
            category=self.categories[category],
            grid=self.scene.place[place],
            address=place.split("/")[1],
            reporter_name=name,
            # Whom the desk rings about how it went.
            contact_phone=f"139000055{life.number:02d}" if flow == "waiting" else "",
            reply_by=ReplyBy.SLIP,
            now=life.at,
        )

    def who(self, event: str, case: Case) -> Actor:
        if event in (Event.RATE, Event.WITHDRAW):
            return Actor(user=case.reporter, channel="slip", slip_of=case.pk)
        if event in (Event.SIGN, Event.RETURN) and case.holder_user is None:
            return self.posted(case.holder_grid.path if case.holder_grid else case.grid.path, Role.DEPARTMENT_HANDLER)
        if event in (Event.SIGN, Event.RETURN, Event.SUBMIT_RESULT, Event.ESCALATE, Event.ASK_SHELVE, Event.ASK_EXTEND):
            return Actor.of(case.holder_user)
        if event == Event.RECEIVE:
            role = Role.SECRETARY if case.holder_level == "community" else Role.STREET_SUPERVISOR
            return self.posted(case.grid.path, role)
        if event in (Event.GRANT, Event.RULE, Event.WHISTLE):
            return self.posted(case.grid.path, Role.STREET_SUPERVISOR)
        if event in (Event.VERIFY_PASS, Event.VERIFY_FAIL):
            level = Role.SECRETARY if case.holder_level in ("grid", "community") else Role.DISTRICT_ADMIN
            return self.posted(case.grid.path, level)
        if event == Event.CONTACT and case.holder_user is not None:
            return Actor.of(case.holder_user)
        return self.posted(case.grid.path, Role.DESK_CLERK)

    def posted(self, path: str, role: str) -> Actor:
        return Actor.of(postings.holders(path=path, roles=(role,), at=self.scene.now, nearest=True)[0].user)

    def given(self, event: str, how: str, life: Life, case: Case) -> dict[str, Any]:
        _place, category, _words, _flow, _days, department = life.line
        if event == Event.ASSIGN:
            if department and life.line[3] not in ("returned", *CALLED):
                return {"department": self.scene.place[department]}
            return {"person": self.worker(case)}
        if event == Event.SUBMIT_RESULT:
            return {"answer": ANSWERS[category], "solved": "partly" if life.line[3] in ("fair", "slow") else "yes"}
        if event == Event.RATE:
            satisfaction, solved = {"good": GOOD, "fair": FAIR, "bad": BAD}[how]
            return {"satisfaction": satisfaction, "solved": solved}
        reasons = {
            Event.REQUEST_INFO: "请问是几年级的孩子？",
            Event.REJECT: "社区不推荐商家。可以问物业要几家的电话，自己比一比。",
            Event.RETURN: "这一段归另一个部门管，请重新分派。",
            Event.ESCALATE: "要几个部门一起来，我们叫不动。",
            Event.ASK_SHELVE: "要等老旧小区改造的批复，估计下个月。",
            Event.ASK_EXTEND: "配件要从厂里发，晚两天到。",
            Event.WHISTLE: "明天上午一起到现场，带上执法的同事，当场能拆的拆，能拉的拉。",
            Event.CONTACT: "去现场看过了，和反映人说了打算怎么办。",
        }
        data: dict[str, Any] = {"reason": reasons.get(Event(event), "")}
        if event == Event.WHISTLE:
            data["departments"] = [self.scene.place[name] for name in department.split("、")]
        if event == Event.ASK_SHELVE or (event == Event.ESCALATE and life.line[3] == "power"):
            data["power"] = POWER
        if event == Event.ASK_SHELVE:
            data["until"] = self.scene.now + timedelta(days=20)
        if event == Event.ASK_EXTEND:
            data["until"] = self.working.add_working_time(case.due_at or life.at, timedelta(hours=12)).at
        return data

    def worker(self, case: Case) -> User:
        found = postings.holders(path=case.grid.path, roles=(Role.GRID_WORKER,), at=self.scene.now, nearest=True)
        return (
            found[0].user
            if found
            else postings.holders(path=case.grid.path, roles=(Role.SECRETARY,), at=self.scene.now)[0].user
        )
