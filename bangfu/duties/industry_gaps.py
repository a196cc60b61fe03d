"""What is missing in chapter 4, by town: statements for evidence.py, in the order of its columns."""

from __future__ import annotations

_WITHOUT_LINKAGE = """SELECT p.division_id / 1000 * 1000 AS holder, p.funded_on AS day, p.id AS row FROM projects_project p
    WHERE p.is_operating AND p.funded_on IS NOT NULL AND p.withdrawn_at IS NULL
    AND p.state NOT IN ('merged', 'rejected', 'withdrawn') AND NOT EXISTS (SELECT FROM industry_farmerlinkage l
        WHERE l.project_id = p.id AND l.withdrawn_at IS NULL)"""

_LOANS = """SELECT l.division_id / 1000 * 1000 AS holder, l.ends_on - %(value)s AS day, l.id AS row FROM industry_loan l
    WHERE l.repaid_on IS NULL AND l.withdrawn_at IS NULL AND l.ends_on - %(value)s <= %(on)s"""

_WISHES = """SELECT w.division_id / 1000 * 1000 AS holder, w.asked_on AS day, w.id AS row FROM industry_financewish w
    WHERE w.outcome = 'open' AND w.withdrawn_at IS NULL"""

_REQUESTS = """SELECT t.village_id / 1000 * 1000 AS holder, t.asked_on AS day, t.id AS row FROM industry_technologyrequest t
    WHERE t.answered_on IS NULL AND t.withdrawn_at IS NULL"""

#: name, source, says, statement, parameter that it uses
GAPS = (
    ("projects_without_linkage", "projects", "资金已下达、没有联农带农协议的经营性项目", _WITHOUT_LINKAGE, ""),
    ("loans_to_repay", "loans", "快到期或已逾期、没有还清的贷款", _LOANS, "loan_remind_days"),
    ("finance_wishes_open", "finance-wishes", "没有答复的金融需求", _WISHES, ""),
    ("technology_requests_open", "technology-requests", "没有答复的技术需求", _REQUESTS, ""),
)
