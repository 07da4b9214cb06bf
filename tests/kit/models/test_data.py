"""Loading data: samples, files at hand, downloads that fail, caches that lie."""

import hashlib
import http.server
import io
import subprocess
import sys
import tarfile
import threading

import pytest

from solutions import data
from solutions.data import DataError, OfflineError, files, reviews, shakespeare


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """Keep Keras' folder, and so the cache, inside the test's own folder."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return data.cache_dir()


def test_importing_the_data_imports_no_tensorflow():
    code = "import sys, solutions.data; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_cache_is_in_keras_own_folder(tmp_path, monkeypatch):
    assert data.cache_dir() == tmp_path / "keras" / "datasets" / "unrolled"
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert data.cache_dir() == tmp_path / ".keras" / "datasets" / "unrolled"


def test_the_shipped_text_is_shakespeare():
    text = data.sample_text()
    assert text.startswith("First Citizen:\nBefore we proceed any further, hear me speak.")
    assert 60_000 < len(text) < 100_000


def test_find_shakespeare_takes_a_file_or_a_folder_as_it_is(tmp_path):
    path = tmp_path / "shakespeare.txt"
    path.write_text("To be")
    assert data.find_shakespeare(path) == path
    assert data.find_shakespeare(tmp_path) == path
    assert data.find_shakespeare(tmp_path / "nowhere") is None
    assert data.find_shakespeare() is None


def test_find_shakespeare_trusts_a_cached_file_by_its_checksum_only(cache, monkeypatch):
    cache.mkdir(parents=True)
    (cache / "shakespeare.txt").write_text("To be")
    assert data.find_shakespeare() is None
    monkeypatch.setattr(shakespeare, "SHA256", hashlib.sha256(b"To be").hexdigest())
    assert data.find_shakespeare() == cache / "shakespeare.txt"
    text, source = data.load_shakespeare()
    assert text == "To be" and source == str(cache / "shakespeare.txt")


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "is empty"), (b" \n", "is empty"), (b"caf\xe9", "not UTF-8 text: byte 3")],
)
def test_a_broken_text_is_refused_with_its_name(tmp_path, content, message):
    path = tmp_path / "text.txt"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message) as error:
        data.load_shakespeare(str(path))
    assert str(path) in str(error.value)


def test_a_text_that_is_not_there_is_an_error_and_not_the_sample(tmp_path):
    with pytest.raises(DataError, match="there is no file"):
        data.load_shakespeare(str(tmp_path / "nowhere.txt"))


def test_a_download_is_checked_and_kept(tmp_path, cache):
    source = tmp_path / "source.txt"
    source.write_text("To be, or not to be")
    path = files.download("text.txt", source.as_uri(), files.sha256(source))
    assert path == cache / "text.txt" and path.read_text() == "To be, or not to be"
    source.unlink()  # not asked for again
    assert files.download("text.txt", source.as_uri(), files.sha256(path)) == path


def test_a_download_with_the_wrong_checksum_is_an_error_and_leaves_nothing(tmp_path, monkeypatch):
    source = tmp_path / "source.txt"
    source.write_text("<html>Please log in</html>")
    monkeypatch.setattr(shakespeare, "URL", source.as_uri())
    with pytest.raises(DataError, match="wrong checksum"):
        data.load_shakespeare()
    assert list(data.cache_dir().iterdir()) == []


class BreaksOff(http.server.BaseHTTPRequestHandler):
    """Promises a hundred bytes, sends ten and hangs up."""

    def do_GET(self):
        """Answer."""
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b"0123456789")

    def log_message(self, *args):
        """Say nothing."""


def test_a_download_that_breaks_off_is_an_error_and_leaves_nothing(monkeypatch):
    server = http.server.HTTPServer(("127.0.0.1", 0), BreaksOff)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(shakespeare, "URL", f"http://127.0.0.1:{server.server_port}/text.txt")
    try:
        with pytest.raises(DataError, match=r"file of 10 bytes .* Nothing was kept") as error:
            data.load_shakespeare()
    finally:
        server.shutdown()
        server.server_close()
    assert not isinstance(error.value, OfflineError)
    assert list(data.cache_dir().iterdir()) == []


def test_without_a_network_the_sample_is_used_and_said(tmp_path, monkeypatch):
    for module in (shakespeare, reviews):
        monkeypatch.setattr(module, "URL", (tmp_path / "nowhere").as_uri())
    text, source = data.load_shakespeare()
    assert text == data.sample_text()
    assert source.startswith("the shipped sample: ") and "could not be reached" in source
    train, _, source = data.load_reviews()
    assert len(train.texts) == 64
    assert source.startswith("the shipped sample: ") and "could not be reached" in source


def test_the_shipped_reviews_are_balanced_and_hold_tags():
    train, valid, source = data.load_reviews("sample")
    assert source == "the shipped sample"
    assert (len(train.texts), sum(train.labels)) == (64, 32)
    assert (len(valid.texts), sum(valid.labels)) == (16, 8)
    assert not set(train.texts) & set(valid.texts)
    assert any("<br />" in text for text in train.texts)
    assert data.load_reviews("sample")[0] == train  # always the same split


def test_a_csv_of_reviews_is_read(tmp_path):
    path = tmp_path / "reviews.csv"
    path.write_text(
        "review,sentiment\n"
        '"Good, <br />\nreally",positive\n'
        "Bad,negative\nOk,positive\nNo,negative\n"
    )
    train, valid, _ = data.load_reviews(str(path))
    pairs = set(zip(train.texts + valid.texts, train.labels + valid.labels, strict=True))
    assert pairs == {("Good, <br />\nreally", 1), ("Bad", 0), ("Ok", 1), ("No", 0)}


def test_a_byte_order_mark_is_no_part_of_the_data(tmp_path):
    path = tmp_path / "reviews.csv"
    path.write_text("review,sentiment\n" + "a,pos\nb,neg\n" * 2, encoding="utf-8-sig")
    assert len(data.load_reviews(str(path))[0].texts) == 2
    path.write_text("To be", encoding="utf-8-sig")
    assert data.load_shakespeare(str(path))[0] == "To be"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"text,label\na,b\n", "no column review and no column sentiment"),
        (b"review,sentiment\na,positive\nb,so so\n", "line 3: sentiment is 'so so'"),
        (b"review,sentiment\na\n", "line 2: there is no sentiment"),
        (b"sentiment,review\npositive\n", "line 2: there is no review"),
        (b"review,sentiment\na,positive\nb,positive\nc,negative\n", "it holds 2 and 1"),
        (b"review,sentiment\n\xff,positive\n", "not UTF-8"),
        (b"", "no column"),
    ],
)
def test_a_broken_csv_is_refused(tmp_path, content, message):
    path = tmp_path / "reviews.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        data.load_reviews(str(path))


def write_reviews(folder):
    for part in ("train", "test"):
        for name in ("pos", "neg"):
            (folder / part / name).mkdir(parents=True)
            for i in range(3):
                (folder / part / name / f"{i}_1.txt").write_text(f"{part} {name} {i}")


def test_a_folder_of_imdb_is_read(tmp_path):
    write_reviews(tmp_path / "aclImdb")
    train, valid, _ = data.load_reviews(str(tmp_path / "aclImdb"))
    assert sorted(train.texts) == sorted(f"train {x} {i}" for x in ("pos", "neg") for i in range(3))
    assert all(label == ("pos" in text) for text, label in zip(*train, strict=True))
    assert len(valid.texts) == 6 and all(text.startswith("test") for text in valid.texts)
    for path in (tmp_path / "aclImdb" / "test" / "neg").iterdir():
        path.unlink()
    with pytest.raises(DataError, match="holds no reviews"):
        data.load_reviews(str(tmp_path / "aclImdb"))


def test_imdb_is_downloaded_unpacked_and_kept(tmp_path, cache, monkeypatch):
    write_reviews(tmp_path / "aclImdb")
    archive = tmp_path / "archive.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(tmp_path / "aclImdb", "aclImdb")
        outside = tarfile.TarInfo("../outside.txt")
        outside.size = 4
        tar.addfile(outside, io.BytesIO(b"evil"))
    monkeypatch.setattr(reviews, "URL", archive.as_uri())
    monkeypatch.setattr(reviews, "SHA256", files.sha256(archive))
    train, _, source = data.load_reviews()
    assert len(train.texts) == 6 and source == str(cache / "aclImdb")
    assert not list(cache.rglob("outside.txt"))
    assert sorted(path.name for path in cache.iterdir()) == ["aclImdb", "aclImdb_v1.tar.gz"]


def test_dates_are_written_in_four_ways_and_stay_the_same():
    texts, iso_texts = data.random_dates(500, seed=1)
    assert data.random_dates(500, seed=1) == (texts, iso_texts)
    assert data.random_dates(500, seed=2) != (texts, iso_texts)
    months = [
        "",
        "jan",
        "feb",
        "mar",
        "apr",
        "may",
        "jun",
        "jul",
        "aug",
        "sep",
        "oct",
        "nov",
        "dec",
    ]
    shapes = set()
    for text, iso in zip(texts, iso_texts, strict=True):
        words = text.replace(",", "").replace("/", " ").split()
        year, month, day = (int(part) for part in iso.split("-"))
        if words[1].isalpha():
            words = [words[1], words[0], words[2]]
        is_number = words[0].isdigit()
        found = int(words[0]) if is_number else months.index(words[0][:3].lower())
        assert (found, int(words[1]), int(words[2])) == (month, day, year)
        shapes.add(("/" in text, "," in text, text[0].isdigit()))
    assert len(shapes) == 4


def test_excluded_days_do_not_come():
    _, iso_texts = data.random_dates(300, seed=1)
    _, others = data.random_dates(300, seed=1, exclude=set(iso_texts))
    assert not set(others) & set(iso_texts)
    with pytest.raises(ValueError, match="n_dates must be at least 1, got 0"):
        data.random_dates(0, seed=1)
