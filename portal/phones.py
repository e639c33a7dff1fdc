"""Telephones as people write them, and as the database keeps them (E.164)."""

import unicodedata

import phonenumbers
from django.utils.translation import gettext as _

REGION = "CN"


class NotAPhone(ValueError):
    """What was written is no telephone number; the message says why, in the reader's language."""


def e164(text: str) -> str:
    """ "138 0000 0001", "+86-138…", "（0514）8555 0110" → "+8613800000001". Raises NotAPhone."""
    # Full-width digits and brackets come out of spreadsheets typed with a Chinese keyboard.
    plain = unicodedata.normalize("NFKC", text).strip()
    if "*" in plain:
        # Read as it stands it would become a shorter number that may well be somebody's.
        raise NotAPhone(_("“%(text)s”是遮过的号码，请写完整的。") % {"text": text[:30]})
    digits = [char for char in plain if char.isdigit()]
    if len(digits) >= 18:
        raise NotAPhone(_("“%(text)s”里不止一个号码，请只写一个。") % {"text": text[:30]})
    try:
        number = phonenumbers.parse(plain, REGION)
    except phonenumbers.NumberParseException as error:
        raise NotAPhone(_("“%(text)s”不是电话号码。") % {"text": text[:30]}) from error
    if phonenumbers.is_valid_number(number):
        if number.extension:
            raise NotAPhone(_("“%(text)s”带着分机号，请写能直接打通的号码。") % {"text": text[:30]})
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if 7 <= len(digits) <= 8 and digits[0] != "1":
        raise NotAPhone(_("“%(text)s”缺区号，固定电话请连区号一起写。") % {"text": text[:30]})
    if len(digits) > 1 and digits[0] == "1" and len(digits) != 11:
        raise NotAPhone(_("“%(text)s”有 %(n)d 位，手机号是 11 位。") % {"text": text[:30], "n": len(digits)})
    raise NotAPhone(_("“%(text)s”不是电话号码。") % {"text": text[:30]})


def digits_in(text: str) -> str:
    """The digits of what was typed, plain: a Chinese keyboard writes them wide, and those equal no stored one."""
    return "".join(str(int(char)) for char in text if char.isdecimal())


def tail(phone: str | None) -> str:
    """The last four digits, which people say at a counter; empty without a number."""
    return phone[-4:] if phone else ""


def masked(phone: str | None) -> str:
    """138****2046: what lists show. Empty without a number."""
    if not phone:
        return ""
    digits = phone.removeprefix("+86")
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) == 11 and digits[0] == "1" else f"****{digits[-2:]}"
