"""What a phone must be to sign in with it."""

import phonenumbers
from django.utils.translation import gettext as _

from portal.phones import NotAPhone, e164

MOBILE = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
COUNTRY = 86


def mobile(text: str) -> str:
    """A mainland mobile number, as E.164. Raises NotAPhone with the sentence that says what is wrong."""
    number = phonenumbers.parse(e164(text))
    if number.country_code != COUNTRY:
        # Texts abroad are what premium-rate fraud lives on.
        raise NotAPhone(_("验证码只能发到中国大陆的手机。请写 11 位手机号，或打电话给社区。"))
    if phonenumbers.number_type(number) not in MOBILE:
        raise NotAPhone(_("这是座机，收不到短信。请写 11 位手机号。"))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
