"""Decodes pictures with Pillow: reads one path a line, writes one JSON object a line.

`strict` and `lenient` say whether Pillow shows the file as it stands, and whether it shows at least a part of it. Of what
it shows: a digest of the pixels as stored, one of the colours in sRGB by the file's own profile, and the orientation.
"""

import hashlib
import io
import json
import sys
import warnings

from PIL import Image, ImageCms, ImageFile

# The service takes no larger ones; twice as many are refused.
Image.MAX_IMAGE_PIXELS = 10_000 * 10_000
warnings.simplefilter("ignore")
SRGB = ImageCms.createProfile("sRGB")
ORIENTATION = 0x0112


def opened(path: str, lenient: bool):
    ImageFile.LOAD_TRUNCATED_IMAGES = lenient
    try:
        picture = Image.open(path)
        picture.load()
        return picture
    # A decoder says in many ways that it cannot.
    except Exception:
        return None


def digest(picture) -> str:
    return hashlib.sha256(f"{picture.mode} {picture.size}".encode() + picture.tobytes()).hexdigest()


def colours(picture) -> str:
    """In sRGB, where the file has a profile that Little CMS can use; otherwise as it stands."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("L", "RGB", "RGBA", "CMYK"):
        return digest(picture)
    source = picture.convert("RGB") if picture.mode == "RGBA" else picture
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return digest(ImageCms.profileToProfile(source, given, SRGB, outputMode="RGB"))
    except (ImageCms.PyCMSError, OSError, TypeError):
        return digest(picture)


def orientation(picture) -> int:
    """As EXIF has it; Pillow alone would also take one from XMP or from a PNG's texts."""
    exif = Image.Exif()
    try:
        exif.load(picture.info.get("exif", b""))
        found = exif.get(ORIENTATION, 1)
    except Exception:
        return 1
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


def told(path: str) -> dict:
    strict = opened(path, False) is not None
    picture = opened(path, True)
    if picture is None:
        return {"strict": strict, "lenient": False}
    return {
        "strict": strict,
        "lenient": True,
        "pixels": digest(picture),
        "colours": colours(picture),
        "orientation": orientation(picture),
    }


for line in sys.stdin:
    print(json.dumps(told(line.rstrip("\n"))), flush=True)
