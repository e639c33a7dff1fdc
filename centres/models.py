"""The storey's tables, gathered so that Django finds them. They live in the rooms."""

from centres.activities.models import Activity, Session
from centres.activities.models_enrolment import (
    Attendance,
    Certificate,
    CertificateCounter,
    Enrolment,
    EnrolmentRecord,
)
from centres.activities.models_pickup import PickupCode, PickupPerson
from centres.displays.models import DisplayItem, DisplayReview
from centres.rooms.models import Centre, DayException, OpeningHour, Part, Room, RoomPart
from centres.rooms.models_appeal import SuspensionAppeal
from centres.rooms.models_booking import (
    Booking,
    BookingRecord,
    BookingSeries,
    CalendarFeed,
    Occupancy,
    RefCounter,
    Suspension,
)
from centres.rooms.models_door import RoomLink
from centres.rooms.models_waitlist import WaitlistEntry, WaitlistRecord
from centres.sharing.models import LoanCopy, LoanItem, LoanWait
from centres.sharing.models_drive import Donation, DonationDrive, Pledge
from centres.sharing.models_loan import Loan, LoanRecord
from centres.surveys.models import Question, Survey, SurveyAnswer, SurveyRecord, SurveyTicket
from centres.training.models import CourseCategory, CourseOffer, TrainingBase
from centres.training.models_order import OrderLine, TrainingOrder, TrainingRecord
