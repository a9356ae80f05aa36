"""Hash all 8-word runs of the text files in a folder: `python tools/make_shingles.py FOLDER OUT`.

The hashes let `tests/content/test_wording.py` see borrowed wording without keeping the texts here.
"""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

SALT = "lip-twitch-guide:"
LENGTH = 8  # words
DIGITS = 12  # of the hash: enough for some thousand runs without a chance hit


def words_of(text: str) -> list[str]:
    """Lower-case words of letters, digits and straight apostrophes."""
    plain = text.lower().replace("\u2019", "'").replace("\u2018", "'")
    plain = plain.replace("\u201c", '"').replace("\u201d", '"')
    return re.findall(r"[a-z0-9']+", plain)


def shingles_of(text: str) -> dict[str, str]:
    """Hash -> words of each run of `LENGTH` words."""
    words = words_of(text)
    runs = (" ".join(words[i : i + LENGTH]) for i in range(len(words) - LENGTH + 1))
    return {hashlib.sha256((SALT + run).encode()).hexdigest()[:DIGITS]: run for run in runs}


def main(folder: Path, out: Path) -> None:
    """Write the hashes of all `*.txt` in `folder`, sorted, one per line.

    Raises:
        SystemExit: the folder holds no text; an empty list would let everything pass.
    """
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]
    found = {run for text in texts for run in shingles_of(text)}
    if not found:
        sys.exit(f"{folder}: no *.txt of {LENGTH} words or more. Give the articles' folder.")
    out.write_text("\n".join(sorted(found)) + "\n", encoding="utf-8")
    print(f"{len(found)} hashes written to {out}.")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("Usage: python tools/make_shingles.py FOLDER OUT")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
