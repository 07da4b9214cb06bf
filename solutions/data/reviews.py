"""Movie reviews and whether they are good or bad: IMDB, or a file of the same kind."""

import csv
import random
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

from solutions.data.files import DataError, OfflineError, cache_dir, download

URL = "https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz"
SHA256 = "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe"
ARCHIVE_NAME = "aclImdb_v1.tar.gz"
FOLDER_NAME = "aclImdb"
SAMPLE = Path(__file__).with_name("reviews_sample.csv")

LABELS = {"positive": 1, "negative": 0, "pos": 1, "neg": 0, "1": 1, "0": 0}


class Reviews(NamedTuple):
    """Reviews as texts, and a label for each: 1 for a good one, 0 for a bad one."""

    texts: list
    labels: list

    def first(self, n):
        """Give the first n of them, or all for None."""
        return Reviews(self.texts[:n], self.labels[:n])


def load_reviews(data=None):
    """Give ``(train, valid, source)``: two :class:`Reviews`, and a few words on where from.

    Args:
        data: "sample" for the 80 reviews shipped, written for this kit; a path, of the unpacked
            ``aclImdb`` folder or of a CSV file with the columns ``review`` and ``sentiment``
            (positive or negative); None for IMDB, from the cache or downloaded, or the sample if
            there is no network.

    Raises:
        DataError: ``data`` is not there or not such a folder or file; or the download broke off
            or has the wrong checksum.
    """
    if data == "sample":
        return *_split(read_csv(SAMPLE)), "the shipped sample"
    if data is not None:
        path = Path(data)
        if path.is_dir():
            return *read_folder(path), str(path)
        if not path.is_file():
            raise DataError(f"--data {data}: there is no such file or folder")
        return *_split(read_csv(path)), str(path)
    folder = cache_dir() / FOLDER_NAME
    if not folder.is_dir():
        try:
            _unpack(download(ARCHIVE_NAME, URL, SHA256), folder)
        except OfflineError as error:
            return *_split(read_csv(SAMPLE)), f"the shipped sample: {error}"
    return *read_folder(folder), str(folder)


def read_csv(path):
    """Read all the reviews of a CSV file with the columns ``review`` and ``sentiment``.

    Raises:
        DataError: the file is not such a file; the message names the line.
    """
    texts, labels = [], []
    try:
        # "utf-8-sig": spreadsheets like to put a byte order mark in front.
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = {"review", "sentiment"} - set(rows.fieldnames or [])
            if missing:
                raise DataError(f"{path} has no column {' and no column '.join(sorted(missing))}")
            for row in rows:
                for name in ("review", "sentiment"):
                    if row[name] is None:
                        raise DataError(f"{path}, line {rows.line_num}: there is no {name}")
                sentiment = row["sentiment"].strip().lower()
                if sentiment not in LABELS:
                    raise DataError(
                        f"{path}, line {rows.line_num}: sentiment is {row['sentiment']!r}, "
                        "expected positive or negative"
                    )
                texts.append(row["review"])
                labels.append(LABELS[sentiment])
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 text: byte {error.start} is wrong") from None
    except csv.Error as error:
        raise DataError(f"{path}, line {rows.line_num}: {error}") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from None
    n_positive = sum(labels)
    n_negative = len(labels) - n_positive
    if min(n_positive, n_negative) < 2:
        raise DataError(
            f"{path} must hold two positive and two negative reviews at least, to train and to "
            f"validate on; it holds {n_positive} and {n_negative}"
        )
    return Reviews(texts, labels)


def read_folder(folder):
    """Read ``train/pos``, ``train/neg``, ``test/pos`` and ``test/neg`` of an aclImdb folder.

    The test reviews serve for validation. Each part comes shuffled, always in the same order, so
    that the good reviews do not all stand before the bad ones.

    Raises:
        DataError: one of the four folders holds no reviews, or one is not UTF-8 text.
    """
    parts = []
    for part in ["train", "test"]:
        pairs = []
        for name, label in [("pos", 1), ("neg", 0)]:
            paths = sorted((Path(folder) / part / name).glob("*.txt"))
            if not paths:
                raise DataError(f"{Path(folder) / part / name} holds no reviews (*.txt)")
            for path in paths:
                try:
                    pairs.append((path.read_text(encoding="utf-8"), label))
                except UnicodeDecodeError as error:
                    raise DataError(f"{path} is not UTF-8 text: byte {error.start}") from None
        random.Random(0).shuffle(pairs)
        parts.append(Reviews(*map(list, zip(*pairs, strict=True))))
    return parts


def _split(reviews, valid_fraction=0.2):
    """Keep a part for validation, always the same one, with its share of good and bad reviews."""
    rng = random.Random(0)
    train, valid = [], []
    for label in (0, 1):
        texts = [text for text, its in zip(*reviews, strict=True) if its == label]
        rng.shuffle(texts)
        n_valid = max(1, round(valid_fraction * len(texts)))
        valid += [(text, label) for text in texts[:n_valid]]
        train += [(text, label) for text in texts[n_valid:]]
    for part in (train, valid):
        rng.shuffle(part)
    return [Reviews(*map(list, zip(*part, strict=True))) for part in (train, valid)]


def _unpack(archive, folder):
    """Unpack beside the target first, so that an interruption leaves no half-filled folder."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".unpack-") as temporary:
        try:
            with tarfile.open(archive) as tar:
                for member in tar:
                    inside = (Path(temporary) / member.name).resolve()
                    if member.isfile() and inside.is_relative_to(Path(temporary).resolve()):
                        inside.parent.mkdir(parents=True, exist_ok=True)
                        with tar.extractfile(member) as source, open(inside, "wb") as target:
                            shutil.copyfileobj(source, target)
        except (tarfile.TarError, EOFError, OSError) as error:
            raise DataError(f"{archive} could not be unpacked: {error}") from None
        (Path(temporary) / FOLDER_NAME).rename(folder)
