"""How sure an explanation is, for whoever puts it on a face: pure."""

from __future__ import annotations

from collections.abc import Sequence

from mailwizard.diagnosis import UNEXPLAINED
from mailwizard.model import Confidence, Diagnosis


def doubt(diagnoses: Sequence[Diagnosis]) -> str:
    """Return the sentence that names what tells the first two causes apart, where the first is not certain."""
    if len(diagnoses) < 2 or diagnoses[0].confidence is not Confidence.LIKELY or not diagnoses[0].sure:
        return ""
    first, second = diagnoses[:2]
    return f"I am not sure between '{first.title}' and '{second.title}'. This tells them apart: {first.sure}"


def is_known(diagnoses: Sequence[Diagnosis]) -> bool:
    """Return whether a cause was found; where none was, what stands behind the first is only near."""
    return bool(diagnoses) and diagnoses[0].cause != UNEXPLAINED
