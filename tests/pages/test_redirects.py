"""redirects.toml: what is served, and what a check says about the rest."""

import pytest
from django.urls import clear_url_caches

from pages import checks, redirects


@pytest.fixture
def moved(tmp_path, settings):
    """Writes the file and returns what it moves and what it gets wrong."""

    def write(text):
        settings.REDIRECTS_FILE = tmp_path / "redirects.toml"
        settings.REDIRECTS_FILE.write_text(text, encoding="utf-8")
        lines = redirects.load_redirects(settings.REDIRECTS_FILE)
        return redirects.served(lines), [
            (each.line, why) for each, why in redirects.mistakes(lines)
        ]

    return write


def test_a_page_name_and_a_path_both_lead_there(moved):
    served, wrong = moved('[redirects]\n"/iop.html" = "what-is-iop"\n"/money" = "/faq/#money"\n')
    assert served == {"/iop.html": "/what-is-iop/", "/money": "/faq/#money"}
    assert wrong == []


def test_old_address_that_leads_to_an_old_address_leads_to_its_end(moved):
    served, wrong = moved('[redirects]\n"/a/" = "/b"\n"/b" = "faq"\n')
    assert served == {"/a": "/faq/", "/b": "/faq/"}
    assert wrong == []


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ('"about" = "faq"', '"about" is not a path such as "/about-us"'),
        ('"/a?b=1" = "faq"', '"/a?b=1" is not a path such as "/about-us"'),
        ('"/faq" = "home"', '"/faq" is an address of this site and would be hidden'),
        ('"/" = "faq"', '"/" is not a path such as "/about-us"'),
        ('"/desk/old" = "faq"', '"/desk/old" is an address of this site and would be hidden'),
        ('"/a" = "no-such-page"', '"no-such-page" is neither a page nor a path of this site'),
        (
            '"/a" = "https://else.example/"',
            '"https://else.example/" is neither a page nor a path of this site',
        ),
        (
            '"/a" = "//else.example/faq"',
            '"//else.example/faq" is neither a page nor a path of this site',
        ),
        ('"/a" = "/a/"', '"/a" leads in a circle'),
        ('"/a" = "/b"\n"/b" = "/c"\n"/c" = "/b"', '"/a" leads in a circle'),
    ],
)
def test_line_with_a_mistake_is_not_served_and_is_named(moved, lines, reason):
    served, wrong = moved(f"# Old site.\n[redirects]\n{lines}\n")
    assert "/a" not in served
    assert wrong[0] == (3, reason)


def test_the_same_address_with_and_without_a_slash_stands_twice(moved):
    _, wrong = moved('[redirects]\n"/a" = "faq"\n"/a/" = "home"\n')
    assert wrong == [(2, '"/a" stands here twice')]


def test_check_names_file_line_and_reason(moved):
    moved('[redirects]\n"/a" = "gone"\n')
    assert [error.msg for error in checks.old_addresses_lead_somewhere()] == [
        'redirects.toml, line 2: "gone" is neither a page nor a path of this site.'
    ]


@pytest.mark.parametrize("text", ["[redirects\n", '[redirects]\n"/a" = 3\n'])
def test_check_names_a_file_that_cannot_be_read(tmp_path, settings, text):
    settings.REDIRECTS_FILE = tmp_path / "redirects.toml"
    settings.REDIRECTS_FILE.write_text(text, encoding="utf-8")
    (error,) = checks.old_addresses_lead_somewhere()
    assert error.msg.startswith("redirects.toml: ")
    assert moved_patterns() == []


def test_log_of_the_start_names_a_line_that_moves_nobody(moved, caplog):
    moved('[redirects]\n"/a" = "gone"\n')
    assert moved_patterns() == []
    assert 'redirects.toml, line 2: "gone" is neither a page nor a path' in " ".join(
        caplog.messages
    )


def test_our_own_file_has_no_mistake_and_none_is_needed(settings, tmp_path):
    assert checks.old_addresses_lead_somewhere() == []
    settings.REDIRECTS_FILE = tmp_path / "none.toml"
    assert checks.old_addresses_lead_somewhere() == []


def moved_patterns():
    from pages import urls

    return urls.moved()


@pytest.mark.parametrize("address", ["/old/iop.html", "/old/iop.html/"])
def test_reader_is_led_on_for_good_and_without_the_query(moved, rf, address):
    moved('[redirects]\n"/old/iop.html" = "what-is-iop"\n')
    (pattern,) = moved_patterns()
    match = pattern.resolve(address[1:])
    response = match.func(rf.get(address, {"q": "private"}), *match.args, **match.kwargs)
    assert response.status_code == 301
    assert response.headers["Location"] == "/what-is-iop/"
    clear_url_caches()
