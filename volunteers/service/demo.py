"""The demo's volunteers: thirty that became more than a thousand in 文昌花园, and the teams the stories name."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password

from portal.accounts.models import User
from portal.pinyin import sort_key
from portal.workbench.demo import Scene
from volunteers.service.enums import Availability, Skill, TeamKind
from volunteers.service.models import TeamMembership, Volunteer, VolunteerTeam

LARGE = "文昌花园社区"
SERVICE = (
    "红马甲巡逻队", "银发互助队", "修小家电队", "陪诊队", "送餐队", "助浴队", "爱心理发队", "护河队",
    "护学岗", "文明停车队", "楼道清洁队", "旧衣整理队", "调解老娘舅", "法律咨询队", "电梯陪伴队",
    "防诈骗宣讲队", "消防巡查队", "量血压队", "义诊队", "教手机队", "代购跑腿队", "缝补队", "搬家帮手队",
    "养花护绿队", "宠物文明队", "图书整理队", "四点半辅导队", "暑托陪伴队",
)  # fmt: skip
CULTURE = (
    "合唱队", "广场舞队", "太极队", "柔力球队", "书法队", "国画队", "剪纸队", "评弹社", "戏曲队", "腰鼓队",
    "舞龙队", "民乐队", "口琴队", "葫芦丝队", "摄影队", "朗诵队", "读书会", "象棋队", "围棋队", "乒乓球队",
    "健步走队", "手工编织队", "时装队",
)  # fmt: skip
ABOUT = {
    "爱心理发队": "每月第一个星期六，给走不动的老人上门理发",
    "教手机队": "挂号、付钱、视频通话，一对一地教",
    "陪诊队": "陪老人挂号、拿药、听医生说",
    "修小家电队": "电饭锅、台灯、收音机，先看看再说",
    "四点半辅导队": "放学后看着孩子把作业写完",
    "合唱队": "每周二、周四上午在排练厅",
}
LARGE_VOLUNTEERS = 1040
# community → (team, kind, what it does, members)
ELSEWHERE: dict[str, tuple[tuple[str, str, str, int], ...]] = {
    "沙河街社区": tuple(
        (f"小红兴志愿队（{number}队）", TeamKind.MERCHANT, what, 14)
        for number, what in enumerate(
            ("商圈党员结对困难户", "爱心助餐，送到门口", "陪残疾朋友出门走走", "义剪、义诊、义演"), start=1
        )
    ),
    "花园社区": (("邻里志愿服务队", TeamKind.NEIGHBOUR, "小区人管小区事，常来搭把手", 22),),
    "介子路社区": (("360大学生实践队", TeamKind.STUDENT, "大学生来辅导功课、讲政策、办晚会", 36),),
}


@dataclass
class _Draft:
    team: VolunteerTeam
    size: int


def load(scene: Scene) -> None:
    drafts = _drafts(scene)
    rng, names = scene.rng("volunteers"), scene.names("volunteers")
    count = sum(draft.size for draft in drafts)
    nothing = make_password(None)  # they fill teams; nobody signs in as them
    users = [User(name=names.person(), password=nothing) for _number in range(count)]
    User.objects.bulk_create(users, batch_size=1000)
    people = [_volunteer(user, rng) for user in users]
    ours = _volunteer(scene.users["volunteer"], rng, name="小孙", skills=[Skill.PHONE, Skill.ERRANDS])
    Volunteer.objects.bulk_create([*people, ours], batch_size=1000)
    memberships, rest = [], iter(people)
    for draft in drafts:
        members = [next(rest) for _seat in range(draft.size)]
        draft.team.leader = members[0]
        memberships += [_member(scene, draft.team, one, rng.randrange(30, 1500)) for one in members]
    VolunteerTeam.objects.bulk_create([draft.team for draft in drafts])
    phones = next(draft.team for draft in drafts if draft.team.name == "教手机队")
    memberships.append(_member(scene, phones, ours, 200))
    # Somebody waits at the door of the team 小孙 is in: its leader and the community see it.
    memberships.append(TeamMembership(team=phones, volunteer=people[-1], asked_at=scene.now - timedelta(days=1)))
    TeamMembership.objects.bulk_create(memberships, batch_size=1000)
    # In the story the leader is somebody one can sign in as.
    haircut = next(draft.team for draft in drafts if draft.team.name == "爱心理发队")
    haircut.leader = ours
    haircut.save(update_fields=["leader"])
    TeamMembership.objects.create(
        team=haircut,
        volunteer=ours,
        asked_at=scene.now - timedelta(days=300),
        joined_at=scene.now - timedelta(days=299),
    )


def _drafts(scene: Scene) -> list[_Draft]:
    names = [(name, TeamKind.SERVICE) for name in SERVICE] + [(name, TeamKind.CULTURE) for name in CULTURE]
    each, more = divmod(LARGE_VOLUNTEERS, len(names))
    drafts = [
        _draft(scene.place[LARGE], name, kind, ABOUT.get(name, ""), each + (1 if number < more else 0))
        for number, (name, kind) in enumerate(names)
    ]
    for place, teams in ELSEWHERE.items():
        drafts += [_draft(scene.place[place], name, kind, what, size) for name, kind, what, size in teams]
    return drafts


def _draft(grid: Any, name: str, kind: str, about: str, size: int) -> _Draft:
    return _Draft(VolunteerTeam(grid=grid, name=name, sort_key=sort_key(name), kind=kind, about=about), size)


def _volunteer(user: User, rng: Any, name: str = "", skills: list[Skill] | None = None) -> Volunteer:
    called = name or user.name
    chosen = skills if skills is not None else [one for one in Skill if rng.random() < 0.2]
    return Volunteer(
        user=user,
        name=called,
        sort_key=sort_key(called),
        skills=[str(one) for one in chosen],
        availability=[str(one) for one in Availability if rng.random() < 0.4],
    )


def _member(scene: Scene, team: VolunteerTeam, volunteer: Volunteer, days_ago: int) -> TeamMembership:
    joined = scene.now - timedelta(days=days_ago)
    return TeamMembership(team=team, volunteer=volunteer, asked_at=joined - timedelta(days=2), joined_at=joined)
