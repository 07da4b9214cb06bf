"""The works of Shakespeare, as the chapter reads them: one text of a million characters."""

from pathlib import Path

from solutions.data.files import DataError, OfflineError, cache_dir, download, read_text, sha256

URL = "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt"
SHA256 = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"
FILE_NAME = "shakespeare.txt"
SAMPLE = Path(__file__).with_name("shakespeare_sample.txt")


def sample_text():
    """Give the shipped excerpt, about 90 KB: the opening of Coriolanus."""
    return SAMPLE.read_text(encoding="utf-8")


def find_shakespeare(data=None):
    """Give the path of the full text if it is at hand, else None. Nothing is downloaded.

    Args:
        data: where to look first: a file, taken as it is, or a folder that holds
            ``shakespeare.txt``. After it the cache is searched, where only the file with the
            right checksum counts.
    """
    if data is not None:
        for path in [Path(data), Path(data) / FILE_NAME]:
            if path.is_file():
                return path
    cached = cache_dir() / FILE_NAME
    return cached if cached.is_file() and sha256(cached) == SHA256 else None


def load_shakespeare(data=None):
    """Give ``(text, source)``: a text to learn from, and a few words that say where it is from.

    Args:
        data: "sample" for the shipped excerpt; a path, of a UTF-8 file or of a folder that holds
            ``shakespeare.txt``; None for the full text, from the cache or downloaded, or the
            sample if there is no network.

    Raises:
        DataError: ``data`` is not there, is empty or is not UTF-8 text; or the download broke
            off or has the wrong checksum.
    """
    if data == "sample":
        return sample_text(), "the shipped sample"
    if data is not None:
        path = Path(data, FILE_NAME) if Path(data).is_dir() else Path(data)
        if not path.is_file():
            raise DataError(f"--data {data}: there is no file {path}")
        return read_text(path), str(path)
    try:
        path = find_shakespeare() or download(FILE_NAME, URL, SHA256)
    except OfflineError as error:
        return sample_text(), f"the shipped sample: {error}"
    return read_text(path), str(path)
