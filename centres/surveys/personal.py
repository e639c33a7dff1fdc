"""An answer has no name and no tie to one (ballots and tickets are apart): nobody's, by construction."""

from portal.privacy.declarations import plain

plain("centres.Survey", "version state centre title why opens_on closes_on online paper followup closed_at")
plain(
    "centres.SurveyRecord",
    "version from_state event to_state actor_role at reason data subject",
    by="actor",
)
plain("centres.Question", "survey order kind text options")
plain("centres.SurveyAnswer", "question choices text")
# holder: a keyed hash that says only that somebody has answered; forgotten when the survey closes.
plain("centres.SurveyTicket", "survey holder")
