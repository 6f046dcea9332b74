"""The only list of pages. URLs, navigation, sitemap, structured data and tests read it.

To add a page: one entry here, one template `templates/pages/en/<name>.html`.
`changed` is the day on which the words last changed; it becomes the sitemap's lastmod.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """Which layout, strips and structured data a page gets."""

    HOME = "home"
    CONTENT = "content"
    ABOUT = "about"
    TOOL = "tool"
    PRINT = "print"
    FORM = "form"
    HELP = "help"
    LEGAL = "legal"
    UTILITY = "utility"


class Group(StrEnum):
    """The headings of the footer and of the list of all pages."""

    TREATMENT = "Treatment"
    COST = "Cost"
    FAMILIES = "Families"
    HELP = "Help now"
    TOOLS = "Tools"
    RIGHTS = "Your rights and this site"


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `label`, `title`, `heading`, `description` are formatted with the clinic."""

    name: str
    kind: Kind
    label: str
    title: str
    heading: str
    description: str
    group: Group
    changed: date
    parent: str | None = None
    header_label: str = ""
    indexed: bool = True
    social_title: str = ""
    slug: str | None = None

    @property
    def path(self) -> str:
        """The address below the root, without the leading slash."""
        slug = self.name if self.slug is None else self.slug
        return f"{slug}/" if slug else ""

    @property
    def template(self) -> str:
        """The file with the page's words."""
        return f"pages/en/{self.name}.html"


FIRST = date(2026, 11, 24)

PAGES: tuple[Page, ...] = (
    Page(
        name="home",
        slug="",
        kind=Kind.HOME,
        label="Home",
        title="Addiction treatment while you live at home",
        heading="Treatment for {clinic.hours_core}\u00a0hours a week. "
        "Your life for the other {clinic.rest}.",
        description="Intensive outpatient care for addiction and mental health in "
        "{clinic.address.city}. Sleep at home and fit treatment around work and family. "
        "You choose how we reply.",
        group=Group.TREATMENT,
        changed=FIRST,
    ),
    Page(
        name="what-is-iop",
        kind=Kind.CONTENT,
        label="What is an IOP?",
        header_label="What is an IOP?",
        title="What is an intensive outpatient program?",
        heading="What is an intensive outpatient program?",
        description="An intensive outpatient program (IOP) gives 9 to 19 hours of treatment a "
        "week while you live at home. See what happens, who it suits and who it does not.",
        group=Group.TREATMENT,
        changed=FIRST,
    ),
    Page(
        name="benefits",
        kind=Kind.CONTENT,
        label="Benefits and limits",
        title="Benefits and limits of an IOP",
        heading="What IOP can do, and what it cannot",
        description="What an intensive outpatient program can do for you, what the research "
        "says, and when a different kind of care would be safer or work better.",
        group=Group.TREATMENT,
        parent="what-is-iop",
        changed=FIRST,
    ),
    Page(
        name="iop-vs-inpatient",
        kind=Kind.CONTENT,
        label="Compare care",
        header_label="Compare care",
        title="IOP vs inpatient treatment: how to compare",
        heading="IOP or inpatient: which should you ask about?",
        description="Compare intensive outpatient, inpatient, day treatment and weekly therapy: "
        "where you sleep, hours, withdrawal care, cost and work. Plain and even-handed.",
        group=Group.TREATMENT,
        parent="what-is-iop",
        changed=FIRST,
    ),
    Page(
        name="work-and-family",
        kind=Kind.CONTENT,
        label="Work and family",
        title="IOP while working or raising a family",
        heading="Keeping work and family going during treatment",
        description="How people fit treatment around shifts, school runs and bedtime. "
        "Your leave rights, what to tell your boss, and three sample weeks.",
        group=Group.TREATMENT,
        parent="what-is-iop",
        changed=FIRST,
    ),
    Page(
        name="how-it-works",
        kind=Kind.CONTENT,
        label="How it works",
        header_label="How it works",
        title="How it works: your first call to week one",
        heading="From first call to first week",
        description="What happens when you call, what the assessment asks, and your first week "
        "hour by hour, so nothing is a surprise. Bring this; leave that at home.",
        group=Group.TREATMENT,
        parent="what-is-iop",
        changed=FIRST,
    ),
    Page(
        name="cost",
        kind=Kind.CONTENT,
        label="Cost and insurance",
        header_label="Cost",
        title="Cost and insurance for IOP",
        heading="What it costs and how to pay",
        description="What IOP costs with and without insurance, a word-for-word script for "
        "calling your plan, and your right to a good faith estimate before you start.",
        group=Group.COST,
        changed=FIRST,
    ),
    Page(
        name="families",
        kind=Kind.CONTENT,
        label="For families and friends",
        header_label="For families",
        title="For families and friends",
        heading="Helping someone you love",
        description="How to help someone you love without pushing them away, what to say, what "
        "we can and cannot tell you, and how to write to us.",
        group=Group.FAMILIES,
        changed=FIRST,
    ),
    Page(
        name="faq",
        kind=Kind.CONTENT,
        label="Questions people ask",
        title="Questions people ask about our IOP",
        heading="Questions people ask",
        description="Straight answers about time, cost, privacy, medication, drug testing, "
        "missed days, returning to use, phones, children and work. Or call or write to us.",
        group=Group.TREATMENT,
        changed=FIRST,
    ),
    Page(
        name="questions-to-ask",
        kind=Kind.PRINT,
        label="Questions to ask any program",
        title="Questions to ask any treatment program",
        heading="12 questions to ask any program, including us",
        description="Twelve questions to ask any addiction program before you choose, what a "
        "good answer sounds like, and our own answers. Print it or take a photo.",
        group=Group.TOOLS,
        parent="iop-vs-inpatient",
        changed=FIRST,
    ),
    Page(
        name="talking-to-your-employer",
        kind=Kind.PRINT,
        label="Talking to your employer",
        title="Talking to your employer about treatment",
        heading="Talking to your employer",
        description="Who has to know, what you can keep private, how job-protected leave works "
        "for treatment, and an outline letter you can copy. Not legal advice.",
        group=Group.TOOLS,
        parent="work-and-family",
        changed=FIRST,
    ),
    Page(
        name="plan-your-week",
        kind=Kind.TOOL,
        label="Plan your week",
        title="Plan your week around treatment",
        heading="Plan your week",
        description="Choose your work hours, travel time and family duties to see which group "
        "times fit your week. No name needed, nothing saved, no JavaScript needed.",
        group=Group.TOOLS,
        parent="work-and-family",
        social_title="{clinic.name}",
        changed=FIRST,
    ),
    Page(
        name="which-level-of-care",
        kind=Kind.TOOL,
        label="Which level of care?",
        title="Which level of care should I ask about?",
        heading="Which level of care should I ask about?",
        description="Five plain questions to help you know what to ask for. Not a diagnosis. "
        "Your answers stay on this page and are never sent to us or anyone else.",
        group=Group.TOOLS,
        parent="iop-vs-inpatient",
        social_title="{clinic.name}",
        changed=FIRST,
    ),
    Page(
        name="contact",
        kind=Kind.FORM,
        label="Contact",
        header_label="Contact",
        title="Contact us: you choose how we reply",
        heading="Contact us. You choose how we reply.",
        description="Call us, or write and choose how, when and where we reply. We leave no "
        "voicemail unless you say so. No name needed, no cookies, no tracking.",
        group=Group.HELP,
        social_title="{clinic.name}",
        changed=FIRST,
    ),
    Page(
        name="contact-sent",
        slug="contact/sent",
        kind=Kind.FORM,
        label="Message sent",
        title="Message sent",
        heading="We got your message",
        description="Your message is with us. See what happens next and when.",
        group=Group.HELP,
        parent="contact",
        indexed=False,
        social_title="{clinic.name}",
        changed=FIRST,
    ),
    Page(
        name="urgent-help",
        kind=Kind.HELP,
        label="Urgent help",
        title="Urgent help: 988, 911 and overdose",
        heading="Urgent help",
        description="When to call 911, when to call or text 988, what to do in an overdose, "
        "and who answers at night. Free numbers you can tap from your phone.",
        group=Group.HELP,
        changed=FIRST,
    ),
    Page(
        name="about",
        kind=Kind.ABOUT,
        label="About us",
        title="About our team and approach",
        heading="Who we are and how we work",
        description="Who treats you, their licenses, the methods we use and why, how we check "
        "that treatment works, and who reviews what you read on this site.",
        group=Group.RIGHTS,
        changed=FIRST,
    ),
    Page(
        name="sources",
        kind=Kind.ABOUT,
        label="How we write, and our sources",
        title="How we write, and our sources",
        heading="How we write this site",
        description="Every source behind this site, what the research can and cannot say, who "
        "reviews each page, how often, and how to tell us about a mistake.",
        group=Group.RIGHTS,
        changed=FIRST,
    ),
    Page(
        name="privacy-practices",
        kind=Kind.LEGAL,
        label="Notice of Privacy Practices{clinic.law.notice_names}",
        title="Privacy practices and your rights",
        heading="Notice of Privacy Practices",
        description="How we protect your health information, the extra federal protection for "
        "addiction treatment records, and how to complain to us or to HHS.",
        group=Group.RIGHTS,
        changed=FIRST,
    ),
    Page(
        name="good-faith-estimate",
        kind=Kind.LEGAL,
        label="Good faith estimate",
        title="Your right to a good faith estimate",
        heading="Your right to a good faith estimate",
        description="If you have no insurance or do not use it, you can get a written estimate "
        "before treatment. When it must come, and what to do if a bill is higher.",
        group=Group.COST,
        parent="cost",
        changed=FIRST,
    ),
    Page(
        name="nondiscrimination",
        kind=Kind.LEGAL,
        label="Nondiscrimination notice",
        title="Nondiscrimination notice",
        heading="Notice of nondiscrimination",
        description="We do not treat people differently because of who they are. Your rights, "
        "free help with language and disability, and how to complain to us or to HHS.",
        group=Group.RIGHTS,
        changed=FIRST,
    ),
    Page(
        name="language-help",
        kind=Kind.LEGAL,
        label="Free language help",
        title="Free language help and interpreters",
        heading="Free help in your language",
        description="Interpreters and translated documents are free. Read this notice in the "
        "languages most used in our state, and learn how to ask for help.",
        group=Group.RIGHTS,
        changed=FIRST,
    ),
    Page(
        name="accessibility",
        kind=Kind.LEGAL,
        label="Accessibility",
        title="Accessibility of this site and clinic",
        heading="Accessibility",
        description="How we tested this site, what does not work yet, how to get help or another "
        "format, and how to get into the building and take part in groups.",
        group=Group.RIGHTS,
        changed=FIRST,
    ),
    Page(
        name="site-privacy",
        kind=Kind.LEGAL,
        label="What this website collects",
        title="What this website collects (almost nothing)",
        heading="What this website collects",
        description="No cookies, no trackers, nothing loaded from other companies. What our "
        "server writes down, how long it is kept, and how you can check it yourself.",
        group=Group.RIGHTS,
        parent="privacy-practices",
        changed=FIRST,
    ),
    Page(
        name="site-index",
        kind=Kind.UTILITY,
        label="All pages",
        title="All pages on this site",
        heading="All pages",
        description="A list of every page on this site, in plain groups: treatment, cost, "
        "families, help now, tools, and your rights.",
        group=Group.RIGHTS,
        changed=FIRST,
    ),
)

BY_NAME = {page.name: page for page in PAGES}

# The pages that explain treatment, in the order in which a reader may turn them.
READING_ORDER = (
    "what-is-iop",
    "benefits",
    "iop-vs-inpatient",
    "work-and-family",
    "how-it-works",
)


def by_name(name: str) -> Page:
    """The page with that name; KeyError says which names exist."""
    try:
        return BY_NAME[name]
    except KeyError:
        raise KeyError(f'no page "{name}"; there are: {", ".join(BY_NAME)}') from None
