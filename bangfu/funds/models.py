"""资金 (1.4, 2.2): documents, allotments, budget lines and payments; under them the double entry of bookkeeping."""

from bangfu.funds.allotment import Allotment
from bangfu.funds.budget_line import BudgetLine
from bangfu.funds.document import FundDocument
from bangfu.funds.payment import Payment
from bangfu.funds.verifying.book_check import BookCheck

__all__ = ["Allotment", "BookCheck", "BudgetLine", "FundDocument", "Payment"]
