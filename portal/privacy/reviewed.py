"""What the portal does not hold at all (guardrail 2), as words that no column may carry, and the columns looked at.

A name here is a decision: read guardrail 2 before adding to LOOKED_AT.
"""

import re

# In English names a whole word (between underscores); in Chinese labels anywhere.
FORBIDDEN_NAMES = re.compile(
    r"(?:^|_)(?:religio\w*|belief|faith|ethnic\w*|nationality|race|nation|fertility|pregnan\w*|contracepti\w*|health\w*|"
    r"illness|disease|diagnos\w*|medical|medication|disab\w*|hiv|blood|criminal\w*|crime|convict\w*|offen[cs]e\w*|prison|"
    r"petitioner|xinfang|face|facial|biometric\w*|fingerprint|iris|voiceprint|key_person|keyperson|watch_?list|"
    r"blacklist|cctv|camera|surveillance|trajectory|gps|latitude|longitude|lat|lng|lon|location|geo\w*|whereabouts|"
    r"login_count|logins|last_login|last_seen|last_active|score|scoring|rank|ranking|level_of_trust|credit|"
    r"political\w*|party_member|is_party|genetic\w*|sexual\w*|orientation)(?:_|$)"
)
FORBIDDEN_LABELS = re.compile(
    "宗教|信仰|民族|族别|生育|怀孕|孕|避孕|健康|病史|疾病|诊断|残疾等级|血型|犯罪|前科|刑满|劣迹|上访|信访|人脸|面部|指纹|"
    "虹膜|生物特征|重点人员|重点人群|黑名单|监控|摄像|轨迹|定位|经度|纬度|位置|登录次数|最后登录|上次登录|积分排名|排名|"
    "信用分|评分|政治面貌|党员|基因|性取向"
)
# "model.column": why it is not what its name sounds like.
LOOKED_AT = {
    "portal.OnceKey.location": "the page of ours that the first press was sent to",
    "socialaccount.SocialAccount.last_login": "allauth's column; never written to count, one per linked account",
    "volunteers.PartyUnit.member_total": "党员总数: a unit's total, nobody in particular",
}
