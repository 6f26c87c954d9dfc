"""Makes wheels of packages that are installed here, with all that they require: an index for where there is none."""

import base64
import csv
import hashlib
import importlib.metadata
import io
import os
import re
import sys
import zipfile

from pip._vendor.packaging.requirements import Requirement


def require(requirement, found):
    """Adds what is installed for a requirement, and what that one requires here."""
    name = requirement.name.lower().replace("_", "-")
    for extra in requirement.extras or {""}:
        if (name, extra) in found:
            continue
        found[name, extra] = distribution = importlib.metadata.distribution(requirement.name)
        for each in map(Requirement, distribution.requires or []):
            if each.marker is None or each.marker.evaluate({"extra": extra}):
                require(each, found)


def repack(distribution, folder):
    info = next(file for file in distribution.files if file.name == "WHEEL").parent
    tags = re.findall(r"^Tag: (.+)$", distribution.read_text("WHEEL"), re.MULTILINE)
    # `py2-none-any` and `py3-none-any` are one file, `py2.py3-none-any`.
    tag = "-".join(".".join(dict.fromkeys(parts)) for parts in zip(*(tag.split("-") for tag in tags)))
    rows = io.StringIO()
    records = csv.writer(rows, lineterminator="\n")
    with zipfile.ZipFile(os.path.join(folder, f"{str(info)[:-len('.dist-info')]}-{tag}.whl"), "w") as wheel:
        for file in distribution.files:
            if ".." in file.parts or "__pycache__" in file.parts or file.parent == info and file.name in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json"):
                continue
            content = file.locate().read_bytes()
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            records.writerow([file.as_posix(), f"sha256={digest}", len(content)])
            wheel.writestr(file.as_posix(), content)
        records.writerow([f"{info}/RECORD", "", ""])
        wheel.writestr(f"{info}/RECORD", rows.getvalue())


folder, *requirements = sys.argv[1:]
found = {}
for requirement in requirements:
    require(Requirement(requirement), found)
for distribution in {distribution.name: distribution for distribution in found.values()}.values():
    repack(distribution, folder)
