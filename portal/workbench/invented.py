"""Invented people of the demo: names and telephones that belong to nobody we know, the same on every run."""

from random import Random

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
DOUBLE_SURNAMES = ("欧阳", "司马", "上官", "诸葛")
FIRST = "秀玉桂春海建国志文晓丽美金红永德明慧淑凤雪雅子佳俊宏庆立振嘉思雨欣浩宇梓若景念书怀润知向"
SECOND = "英兰珍梅芳华平军强伟明霞娟敏静磊洋勇艳杰涛超燕辉刚玲健鹏琴萍波斌莉娜宁琳成康涵轩怡彤然博远航诺安和"


class Names:
    """A stream of invented names; the same seed gives the same people."""

    def __init__(self, rng: Random):
        self.rng = rng

    def surname(self) -> str:
        if self.rng.random() < 0.004:
            return self.rng.choice(DOUBLE_SURNAMES)
        return self.rng.choice(SURNAMES)

    def given(self) -> str:
        if self.rng.random() < 0.12:
            return self.rng.choice(SECOND)
        return self.rng.choice(FIRST) + self.rng.choice(SECOND)

    def person(self, surname: str = "") -> str:
        return (surname or self.surname()) + self.given()


def phone(number: int) -> str:
    """The demo's telephone with this running number, E.164. One block of numbers, so that none is met by accident."""
    if not 0 <= number < 100_000:
        raise ValueError("the demo has a hundred thousand telephones")
    return f"+86138000{number:05d}"
