"""robots.txt: who may crawl is the clinic's choice in clinic.toml."""

from clinic_site.clinic.identity import Clinic

ASSISTANTS = ("ChatGPT-User", "OAI-SearchBot", "Claude-User", "Claude-SearchBot", "PerplexityBot")
TRAINING = ("GPTBot", "ClaudeBot", "Google-Extended", "Applebot-Extended", "CCBot")


def text(clinic: Clinic) -> str:
    """The file's words. A page with noindex is not blocked: a blocked page's noindex is unseen."""
    blocks = [_block(("*",), clinic.robots.search_engines)]
    if not clinic.robots.assistants:
        blocks.append(_block(ASSISTANTS, allowed=False))
    if not clinic.robots.training:
        blocks.append(_block(TRAINING, allowed=False))
    return "\n\n".join([*blocks, f"Sitemap: {clinic.url}/sitemap.xml"]) + "\n"


def _block(agents: tuple[str, ...], allowed: bool) -> str:
    names = [f"User-agent: {agent}" for agent in agents]
    return "\n".join([*names, "Disallow: /desk/" if allowed else "Disallow: /"])
