"""README.txt of a bundle, in Chinese and English: what it is and how to verify it with one command."""

from __future__ import annotations

from config.messages import render


def write_readme(
    draw_id: str, title: str, manifest_sha256: str, key: str | None, demonstration: bool, is_lottery: bool
) -> bytes:
    """Return the text for one bundle; `key` is the key of the lot numbers, None while it is not public."""
    manifest = "plan.json" if is_lottery else "manifest.json"
    parts = []
    for language in ("zh", "en"):
        paragraphs = ["record.readme.head", "record.readme.verify"]
        paragraphs += ["record.readme.self"] if key else ["record.readme.hidden"]
        paragraphs += ["record.readme.demonstration"] if demonstration else []
        params = {"draw": draw_id, "title": title, "digest": manifest_sha256, "key": key, "manifest": manifest}
        parts += [render(paragraph, language, **params) for paragraph in paragraphs]
    return ("\n\n".join(parts) + "\n").encode()
