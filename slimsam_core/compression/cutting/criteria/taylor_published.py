"""Taylor as the published scripts have it: disturbed Taylor, of which only the first head's channels count.

Their Taylor takes the gradient of the same disturbed distance; where channels of all heads go together it
ranks by the first head's alone. With the residual stream tied to the heads (``Mends.free_residual`` off) that
is the first twelfth of the stream.
"""

from __future__ import annotations

from slimsam_core.compression.cutting.criteria.base import Criterion, Gathers, ScoredHeads
from slimsam_core.compression.cutting.criteria.disturbed_taylor import disturbed_distance, first_order

CRITERION = Criterion(
    name="taylor_published",
    gathers=Gathers.GRADIENTS,
    objective=disturbed_distance,
    saliency=first_order,
    heads=ScoredHeads.FIRST,
)
