"""Every way in which good streams are broken here, and what must notice it."""

from __future__ import annotations

from tests.breakage.breakage import Breakage
from tests.breakage.contents import CONTENTS
from tests.breakage.places import PLACES
from tests.breakage.values import VALUES

BREAKAGES: tuple[Breakage, ...] = (*PLACES, *VALUES, *CONTENTS)
