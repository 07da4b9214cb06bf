"""Submissions that try to get points they did not earn, or to do harm: all as wrong as WRONG.

Each is a tokenizer that answers like :data:`WRONG` wherever its trick does not work. What a trick
needs to know of the host stands in capitals (``CANARY``), for the test to fill in.
"""

from tests.kit.grading_class.attacks.forging import ATTACKS as FORGING
from tests.kit.grading_class.attacks.reaching import ATTACKS as REACHING
from tests.kit.grading_class.attacks.spending import ATTACKS as SPENDING
from tests.kit.grading_class.attacks.wrong import WRONG

__all__ = ["ATTACKS", "WRONG"]

ATTACKS = FORGING | REACHING | SPENDING
