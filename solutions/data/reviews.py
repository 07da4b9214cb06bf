"""Movie reviews and whether they are good or bad: IMDB, or a file of the same kind."""

import csv
import random
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

from solutions.data.files import DataError, OfflineError, cache_dir, download, reading

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


def load_reviews(data=None, limit=None):
    """Give ``(train, valid, source)``: two :class:`Reviews`, and a few words on where from.

    Args:
        data: "sample" for the 80 reviews shipped, written for this kit; a path, of the unpacked
            ``aclImdb`` folder or of a CSV file with the columns ``review`` and ``sentiment``
            (positive or negative); None for IMDB, from the cache or downloaded, or the sample if
            there is no network.
        limit: how many reviews of each part, or None for all.

    Raises:
        DataError: ``data`` is not there or not such a folder or file; or the download broke off
            or has the wrong checksum.
    """
    path, source = (SAMPLE, "the shipped sample") if data == "sample" else (data, str(data))
    if data is None:
        path = cache_dir() / FOLDER_NAME
        source = str(path)
        if not path.is_dir():
            try:
                _unpack(download(ARCHIVE_NAME, URL, SHA256), path)
            except OfflineError as error:
                path, source = SAMPLE, f"the shipped sample: {error}"
    path = Path(path)
    if path.is_dir():
        parts = read_folder(path)
    elif path.is_file():
        parts = _split(read_csv(path))
    else:
        raise DataError(f"--data {data}: there is no such file or folder")
    train, valid = (Reviews(part.texts[:limit], part.labels[:limit]) for part in parts)
    return train, valid, source


def read_csv(path):
    """Give the pairs ``(text, label)`` of a CSV file with the columns ``review`` and ``sentiment``.

    Raises:
        DataError: the file is not such a file; the message names the line.
    """
    pairs = []
    # "utf-8-sig": spreadsheets like to put a byte order mark in front.
    with reading(path), open(path, encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        try:
            missing = sorted({"review", "sentiment"} - set(rows.fieldnames or []))
            if missing:
                raise DataError(f"{path} has no column {' and no column '.join(missing)}")
            for row in rows:
                text, sentiment = row["review"], row["sentiment"]
                if text is None or sentiment is None:
                    missing = "review" if text is None else "sentiment"
                    raise DataError(f"{path}, line {rows.line_num}: there is no {missing}")
                label = LABELS.get(sentiment.strip().lower())
                if label is None:
                    raise DataError(
                        f"{path}, line {rows.line_num}: sentiment is {sentiment!r}, "
                        "expected positive or negative"
                    )
                pairs.append((text, label))
        except csv.Error as error:
            raise DataError(f"{path}, line {rows.line_num}: {error}") from None
    n_positive = sum(label for _, label in pairs)
    n_negative = len(pairs) - n_positive
    if min(n_positive, n_negative) < 2:
        raise DataError(
            f"{path} must hold two positive and two negative reviews at least, to train and to "
            f"validate on; it holds {n_positive} and {n_negative}"
        )
    return pairs


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
                with reading(path):
                    pairs.append((path.read_text(encoding="utf-8"), label))
        parts.append(_shuffled(pairs, random.Random(0)))
    return parts


def _split(pairs, valid_fraction=0.2):
    """Keep a part for validation, always the same one, with its share of good and bad reviews."""
    rng = random.Random(0)
    train, valid = [], []
    for label in (0, 1):
        its = [pair for pair in pairs if pair[1] == label]
        rng.shuffle(its)
        n_valid = max(1, round(valid_fraction * len(its)))
        valid += its[:n_valid]
        train += its[n_valid:]
    return [_shuffled(part, rng) for part in (train, valid)]


def _shuffled(pairs, rng):
    rng.shuffle(pairs)
    return Reviews(*map(list, zip(*pairs, strict=True)))


def _unpack(archive, folder):
    """Unpack beside the target first, so that an interruption leaves no half-filled folder."""

    def inside(member, path):
        try:
            return tarfile.data_filter(member, path)
        except tarfile.FilterError:  # it would land outside the folder: left out
            return None

    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".unpack-") as temporary:
        try:
            with tarfile.open(archive) as tar:
                tar.extractall(temporary, filter=inside)
        except (tarfile.TarError, EOFError, OSError) as error:
            raise DataError(f"{archive} could not be unpacked: {error}") from None
        (Path(temporary) / FOLDER_NAME).rename(folder)
