"""The ground's tables, gathered so that Django finds them. They live in the rooms."""

from portal.accounts.models import User
from portal.attachments.models import Attachment
from portal.audit.models import AuditEntry, AuditNote, AuditSeal
from portal.flow.models import DueRow
from portal.longwork.models import LongWork
from portal.notifications.models import Notice
from portal.once.models import FormUse, OnceKey
from portal.pages.models import Page
from portal.privacy.models import Consent, Erasure, Export, RetentionRun
from portal.signin.models import PhoneCode
from portal.throttle.models import Tries
from portal.workdays.models import *

__all__ = [
    "Attachment",
    "AuditEntry",
    "AuditNote",
    "AuditSeal",
    "Consent",
    "DueRow",
    "Erasure",
    "Export",
    "FormUse",
    "LongWork",
    "Notice",
    "OnceKey",
    "Page",
    "PhoneCode",
    "RetentionRun",
    "Tries",
    "User",
]
