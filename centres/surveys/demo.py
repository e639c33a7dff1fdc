"""The demo's surveys in 文昌花园: one that is asked just now, one that is over, with what comes of it."""

import datetime as dt
from random import Random
from typing import Any

from django.utils import timezone

from centres.rooms.queries import centre_of
from centres.surveys import services
from centres.surveys.enums import Event, Kind
from centres.surveys.lifecycle import flow
from centres.surveys.models import Question, Survey, SurveyAnswer
from portal.accounts.actors import SYSTEM, Actor
from portal.workbench.demo import Scene

LARGE = "文昌花园社区"
# (kind, question, options, how often each is chosen: weights, or for several the chance in a hundred)
NOW_ASKED: tuple[tuple[str, str, tuple[str, ...], tuple[int, ...]], ...] = (
    (Kind.ONE, "您家里有六十岁以上的老人吗？", ("有，和我们住", "有，自己住", "没有"), (5, 4, 6)),
    (
        Kind.SEVERAL,
        "下面这些，家里最需要哪几样？",
        ("助餐送餐", "上门量血压", "陪着去医院", "修修补补", "有人说说话"),
        (60, 45, 30, 40, 25),
    ),
    (
        Kind.ONE,
        "社区食堂的午饭，您多久会来一次？",
        ("天天来", "一星期两三次", "偶尔来", "不会来"),
        (3, 5, 5, 2),
    ),
    (Kind.AGREE, "我们这栋楼应该装电梯。", (), (1, 1, 2, 4, 7)),
    (Kind.TEXT, "还有什么想说的？", (), ()),
)
NOW_SAID = ("食堂最好能少放盐。", "五楼以上的老人下楼太难了。", "量血压放在早上就好。")
ASKED_BEFORE: tuple[tuple[str, str, tuple[str, ...], tuple[int, ...]], ...] = (
    (
        Kind.ONE,
        "孩子放学到您下班，中间谁来带？",
        ("家里老人", "自己早退去接", "请人带", "孩子自己在家"),
        (9, 5, 3, 4),
    ),
    (
        Kind.SEVERAL,
        "四点半课堂，您希望有什么？",
        ("有人看作业", "书法画画", "打球跳绳", "科学小实验", "一顿点心"),
        (72, 38, 55, 41, 30),
    ),
    (Kind.ONE, "接孩子最晚几点合适？", ("六点", "六点半", "七点", "七点半以后"), (3, 8, 6, 1)),
    (Kind.AGREE, "孩子放在家门口，我放心。", (), (1, 2, 3, 8, 9)),
    (Kind.TEXT, "还有什么想说的？", (), ()),
)
SAID_BEFORE = (
    "能不能把接的时间放到六点半以后，单位走不开。",
    "希望有大人盯着写作业，回家就能吃饭。",
    "夏天教室有点热，想要一台电扇。",
    "下雨天没地方等，门口能不能搭个棚。",
    "老师很耐心，谢谢。",
    "别只写作业，让孩子动一动。",
    "二年级以下的能不能分开坐。",
    "点心可以自己带，给个微波炉就行。",
    "寒暑假也开就好了。",
    "报名的时候手机上弄不来，在窗口报行吗。",
    "孩子回家说喜欢科学课。",
    "接送的人换了，能不能打个电话说一声就行。",
)
FOLLOWUP = "十月起四点半课堂开到六点半，看作业的老师添一位；星期三下午加一节打球跳绳，十月底前把电扇装好。"


def load(scene: Scene) -> None:
    centre = centre_of(scene.place[LARGE])
    if centre is None:
        return
    today, rng = timezone.localdate(scene.now), scene.rng("surveys")
    keeper = scene.actor("secretary")
    over = _write(
        scene, centre, keeper, "放学以后，孩子去哪儿？", "四点半课堂要不要延长，先问问家里有学生的。", -62, -48
    )
    _ask(keeper, over, ASKED_BEFORE, scene.now - dt.timedelta(days=62))
    _answer(rng, over, 168, 39, ASKED_BEFORE, SAID_BEFORE)
    flow.fire(over.pk, event=Event.LAPSE, actor=SYSTEM, now=scene.now - dt.timedelta(days=44))
    services.say_followup(actor=keeper, survey_id=over.pk, text=FOLLOWUP)

    asked = _write(scene, centre, keeper, "老人、食堂和电梯，先办哪件？", "明年的钱先花在哪里，听您的。", -4, 10)
    _ask(keeper, asked, NOW_ASKED, scene.now - dt.timedelta(days=4))
    _answer(rng, asked, 31, 6, NOW_ASKED, NOW_SAID)
    draft = _write(
        scene, centre, keeper, "院子里的健身器材", f"{today.year + 1} 年要换一批，问问大家用得惯哪几样。", 20, 34
    )
    services.add_question(actor=keeper, survey_id=draft.pk, kind=Kind.AGREE, text="现在的器材够用。")


def _write(scene: Scene, centre: Any, keeper: Actor, title: str, why: str, first: int, last: int) -> Survey:
    today = timezone.localdate(scene.now)
    days = {"opens_on": today + dt.timedelta(days=first), "closes_on": today + dt.timedelta(days=last)}
    return services.write_survey(actor=keeper, centre=centre, title=title, why=why, now=scene.now, **days)


def _ask(keeper: Actor, survey: Survey, questions: Any, now: dt.datetime) -> None:
    for kind, text, options, _weights in questions:
        services.add_question(actor=keeper, survey_id=survey.pk, kind=kind, text=text, options=options)
    services.act(actor=keeper, survey_id=survey.pk, event=Event.OPEN, now=now)


def _answer(rng: Random, survey: Survey, online: int, paper: int, questions: Any, said: tuple[str, ...]) -> None:
    """Written at once: a sheet at a time, each mixed in among the others, would take the demo half a minute."""
    rows: list[SurveyAnswer] = []
    asked: list[Question] = list(survey.questions.all())
    for question, (kind, _text, options, weights) in zip(asked, questions, strict=True):
        if kind == Kind.TEXT:
            rows += [SurveyAnswer(question=question, text=text) for text in said]
            continue
        for _sheet in range(online + paper):
            if kind == Kind.SEVERAL:
                chosen = [n for n in range(len(options)) if rng.randrange(100) < weights[n]]
            else:
                first = 1 if kind == Kind.AGREE else 0
                chosen = [first + rng.choices(range(len(weights)), weights)[0]]
            if chosen:
                rows.append(SurveyAnswer(question=question, choices=chosen))
    rng.shuffle(rows)
    SurveyAnswer.objects.bulk_create(rows, batch_size=1000)
    Survey.objects.filter(pk=survey.pk).update(online=online, paper=paper)
