"""Small-count suppression with rounding: what may be shown of a count that leaves the desk.

Every count is rounded to the nearest multiple of 5, and hidden when that is 10 or less but the
count is not 0. So counts of 1 to 12 are hidden: those of 1 to 10, as the cell size suppression
policy of the Centers for Medicare & Medicaid Services asks (https://resdac.org/node/1506), and 11
and 12, which rounded would be shown as 10. Rounding instead of hiding a second count follows the
Hospital Episode Statistics of NHS Digital (1 to 7 hidden, which are those that round to 5 or less;
https://digital.nhs.uk/data-and-information/data-tools-and-services/data-services/hospital-episode-statistics/change-to-disclosure-control-methodology-for-hes-and-ecds-from-september-2018)
and Statistics Canada (https://www12.statcan.gc.ca/census-recensement/2011/ref/DQ-QD/conf-eng.cfm).
What it gives up is in docs/decisions/0012.

Pure: no Django.
"""

BASE = 5
LARGEST_HIDDEN = 12  # the largest count that is not 0 and rounds to 10 or less

Shown = int | None
"""A count as it is shown: a multiple of BASE, or None when it is hidden."""


def shown(count: int) -> Shown:
    """A count of requests (0 or more), rounded; None for 1 to LARGEST_HIDDEN. 0 is about nobody."""
    if 1 <= count <= LARGEST_HIDDEN:
        return None
    return (count + BASE // 2) // BASE * BASE


def words(count: Shown) -> str:
    """What stands in a table or file: "hidden", "0", "15"."""
    return "hidden" if count is None else str(count)
