"""The facts, the works behind them, and the numbers that a page prints."""

from urllib.parse import urlsplit

import pytest

from pages.editorial import fact_sheet
from pages.sources.facts import Source, SourceList, Sources, load_sources


def made() -> Sources:
    return Sources(
        works=(
            Source("a", "Work A", "Work A, in full", "https://a.example/", ("F1.1", "F1.2")),
            Source("b", "Work B", "Work B", None, ("F1.2", "F1.3")),
        ),
        unsourced=frozenset({"F9.9"}),
    )


def test_numbers_follow_first_use():
    page = SourceList(made())

    assert page.cite(["F1.3"]) == (1,)
    assert page.cite(["F1.1"]) == (2,)
    assert [(line.number, line.cite) for line in page.numbered] == [(1, "Work B"), (2, "Work A")]


def test_facts_of_one_source_share_its_number():
    page = SourceList(made())

    assert page.cite(["F1.1", "F1.2"]) == (1, 2)
    assert page.cite(["F1.2"]) == (1, 2)
    assert len(page.numbered) == 2


def test_fact_without_source_prints_no_number():
    page = SourceList(made())

    assert page.cite(["F9.9"]) == ()
    assert page.numbered == []


def test_unknown_fact_is_a_key_error_that_names_it():
    with pytest.raises(KeyError, match=r'no fact "F4\.44".*docs/facts\.md'):
        SourceList(made()).cite(["F1.1", "F4.44"])


def test_two_pages_count_separately():
    first, second = SourceList(made()), SourceList(made())
    first.cite(["F1.3"])

    assert second.cite(["F1.1"]) == (1,)


def test_every_fact_of_the_sheet_has_a_source_or_is_good_practice():
    sources = load_sources()
    for fact_id in fact_sheet.read_facts():
        sources.of(fact_id)


def test_every_fact_of_a_source_is_in_the_sheet():
    sources = load_sources()
    cited = {fact_id for work in sources.works for fact_id in work.facts}

    assert cited <= set(fact_sheet.read_facts())
    assert sources.unsourced <= set(fact_sheet.read_facts())
    assert not cited & sources.unsourced


def test_only_rows_without_a_work_are_unsourced():
    facts = fact_sheet.read_facts()
    for fact_id in load_sources().unsourced:
        assert facts[fact_id].url == "-"
        assert facts[fact_id].source == "-" or "good practice" in facts[fact_id].source


def test_sources_are_whole_references():
    works = load_sources().works
    assert len({work.id for work in works}) == len(works)
    assert len({work.cite for work in works}) == len(works)
    for work in works:
        assert work.cite.endswith(".") and work.facts, work.id
        if work.url is not None:
            assert urlsplit(work.url).scheme == "https" and urlsplit(work.url).netloc, work.id


def test_pages_never_print_the_society_behind_the_national_guideline():
    for work in load_sources().works:
        assert "ASAM" not in work.cite and "Society of Addiction Medicine" not in work.cite, work.id


def test_sheet_is_read_row_by_row():
    facts = fact_sheet.read_facts()

    assert len(facts) == 162
    assert facts["F1.1"].text.startswith("An IOP is a planned weekly schedule")
    assert facts["F1.1"].confidence == "H"
    assert facts["F5.14e"].page == "contact: say who answers the phone"
    assert facts["F7.19"].unverified and facts["F1.1"].unverified
    assert not facts["F1.9"].unverified
    assert facts["F1.2"].background and not facts["F1.9"].background
