"""What was registered before the books: one voucher for each row that stands."""

from django.db import migrations

SQL = """
SET CONSTRAINTS ALL IMMEDIATE;
INSERT INTO bookkeeping_account (book, key, title, kind, division_id, is_non_negative)
SELECT 'benefit:' || d.code, k.kind || ':' || d.code, d.name || k.title, k.kind, d.code, k.kind <> 'benefit_given'
FROM (SELECT DISTINCT division_id FROM construction_publicbenefitentry WHERE withdrawn_at IS NULL) e
JOIN divisions_division d ON d.code = e.division_id
CROSS JOIN (VALUES ('benefit_given', '公益基金捐赠来源'), ('benefit_held', '公益基金结余'), ('benefit_spent', '公益基金支出')) k (kind, title);
SET CONSTRAINTS ALL DEFERRED;
INSERT INTO bookkeeping_entry (book, what, happened_on, says, voucher_no, request_key, legs, by_name)
SELECT 'benefit:' || division_id, 'benefit_' || direction, happened_on, counterpart, voucher_no, 'benefit-row:' || id, 2, '启用复式记账时补记'
FROM construction_publicbenefitentry WHERE withdrawn_at IS NULL;
INSERT INTO bookkeeping_posting (entry_id, account_id, happened_on, fen)
SELECT e.id, a.id, e.happened_on, leg.sign * (r.amount_yuan * 100)::bigint
FROM construction_publicbenefitentry r
JOIN bookkeeping_entry e ON e.request_key = 'benefit-row:' || r.id
CROSS JOIN (VALUES (-1), (1)) leg (sign)
JOIN bookkeeping_account a ON a.key = CASE
    WHEN r.direction = 'in' THEN CASE leg.sign WHEN -1 THEN 'benefit_given' ELSE 'benefit_held' END
    ELSE CASE leg.sign WHEN -1 THEN 'benefit_held' ELSE 'benefit_spent' END END || ':' || r.division_id;
UPDATE construction_publicbenefitentry r SET entry_id = e.id FROM bookkeeping_entry e WHERE e.request_key = 'benefit-row:' || r.id;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [("construction", "0005_public_benefit_double_entry")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
