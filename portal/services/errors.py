"""The one sentence a person gets when the house cannot open."""


class CannotStart(Exception):
    """Says in Chinese, then in English, what is in the way and what to do about it. Never shown as a traceback."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh}\n{en}")
        self.zh = zh
        self.en = en
