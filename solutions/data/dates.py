"""A small translation task that can be learnt to perfection: dates as people write them to ISO.

    "April 22, 2019"  ->  "2019-04-22"

The texts are made, not downloaded. It is the task of the chapter's exercise 8.
"""

import datetime
import random

MONTHS = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
]  # fmt: skip
FIRST, LAST = datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)
TARGET_LENGTH = len("2019-04-22")


def random_dates(n_dates, seed, exclude=()):
    """Give ``(texts, iso_texts)``, two lists of n_dates strings; the same seed, the same dates.

    Dates are drawn evenly from 1900 to 2099, and each is written in one of four ways:
    "April 22, 2019", "22 April 2019", "Apr 22 2019" or "04/22/2019".

    Args:
        n_dates: how many; at least 1.
        seed: an integer.
        exclude: days in ISO form that must not come, a set: those of the training, for a test.
    """
    if n_dates < 1:
        raise ValueError(f"n_dates must be at least 1, got {n_dates}")
    rng = random.Random(seed)
    texts, iso_texts = [], []
    while len(texts) < n_dates:
        date = datetime.date.fromordinal(rng.randint(FIRST.toordinal(), LAST.toordinal()))
        if date.isoformat() in exclude:
            continue
        month = MONTHS[date.month - 1]  # strftime("%B") would speak the machine's language
        ways = [
            f"{month} {date.day:02d}, {date.year}",
            f"{date.day} {month} {date.year}",
            f"{month[:3]} {date.day} {date.year}",
            f"{date.month:02d}/{date.day:02d}/{date.year}",
        ]
        texts.append(rng.choice(ways))
        iso_texts.append(date.isoformat())
    return texts, iso_texts
