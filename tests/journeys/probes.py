"""Questions to a page, in its own language. Each is for `page.evaluate`."""

HEIGHT = "() => Math.ceil(document.documentElement.scrollHeight)"

# Resolves when no color is on its way to another.
WHEN_STILL = """async () => {
  await new Promise(requestAnimationFrame)
  await Promise.allSettled(document.getAnimations().map(each => each.finished))
}"""

# Only decoration may keep its own colors: no element with words of its own.
OPTED_OUT_OF_FORCED_COLORS = """() => [...document.body.querySelectorAll("*")]
  .filter(each => getComputedStyle(each).forcedColorAdjust === "none" && each.innerText?.trim())
  .map(each => each.outerHTML.slice(0, 80))"""

# ---- the first view

STORED = """async () => ({
  cookies: document.cookie,
  local: localStorage.length,
  session: sessionStorage.length,
  databases: (await indexedDB.databases()).length,
  caches: (await caches.keys()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""

# Everything that moved since the page began to load (Layout Instability, W3C).
SHIFTS = """() => new Promise(resolve => {
  const shifts = []
  const note = entries => entries.forEach(entry => shifts.push(
    [entry.value, ...entry.sources.map(source => source.node?.outerHTML?.slice(0, 60))]))
  const observer = new PerformanceObserver(list => note(list.getEntries()))
  observer.observe({ type: "layout-shift", buffered: true })
  setTimeout(() => { note(observer.takeRecords()); resolve(shifts) }, 150)
})"""

# ---- room

# Elements that make the page wider than its window.
SIDEWAYS = """() => {
  const width = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= width) return []
  return [...document.body.querySelectorAll("*")]
    .filter(each => each.getBoundingClientRect().right > width + 1)
    .map(each => each.outerHTML.slice(0, 80)).slice(0, 5)
    .concat(`${document.documentElement.scrollWidth} px in ${width}`)
}"""

# Rules of our own, in a way that the content security policy allows.
APPLY_STYLE = """css => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  document.adoptedStyleSheets = [sheet]
}"""

# Words that leave the window, are cut by an ancestor, or run out of their own box.
CLIPPED = """() => {
  const found = []
  const wide = document.documentElement.clientWidth
  const hidden = each => each.closest(".vh, .visually-hidden, .skip, .trap, svg")
    || !each.checkVisibility()
  const scrolls = style => style.overflowX === "auto"
  const cuts = style => !scrolls(style)
    && (style.overflowX !== "visible" || style.overflowY !== "visible")
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const text = walker.currentNode, parent = text.parentElement
    if (!text.data.trim() || hidden(parent)) continue
    const range = document.createRange()
    range.selectNodeContents(text)
    const box = range.getBoundingClientRect()
    if (!box.width) continue
    const slack = .4 * parseFloat(getComputedStyle(parent).fontSize)  // glyphs above a tight line
    const say = why => found.push(`${why}: ${text.data.trim().slice(0, 40)}`)
    if (box.left < -1 || box.right > wide + 1) say("outside the window")
    for (let each = parent; each !== document.body; each = each.parentElement) {
      const style = getComputedStyle(each), edge = each.getBoundingClientRect()
      if (style.display === "inline") continue
      const out = box.bottom > edge.bottom + slack || box.right > edge.right + 3
      if (out && cuts(style) && edge.width > 1) say(`cut by .${each.className}`)
      else if (out && each === parent) say(`runs out of its ${each.localName}`)
    }
  }
  return found
}"""

# Share of the window, 0 to 1, that stays covered while the page scrolls.
STICKY_SHARE = """() => [...document.body.querySelectorAll("*")]
  .filter(each => ["sticky", "fixed"].includes(getComputedStyle(each).position))
  .map(each => each.getBoundingClientRect())
  .reduce((sum, box) => sum + box.width * box.height, 0) / (innerWidth * innerHeight)"""

# Phone numbers that go over a line end.
BROKEN_NUMBERS = """() => {
  const found = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const text = walker.currentNode
    if (!text.parentElement.checkVisibility()) continue
    for (const number of text.data.matchAll(/(1-)?\\d{3}-\\d{3}-\\d{4}/g)) {
      const range = document.createRange()
      range.setStart(text, number.index)
      range.setEnd(text, number.index + number[0].length)
      if (range.getClientRects().length > 1) found.push(number[0])
    }
  }
  return found
}"""

# Phone numbers that stick out of the window.
NUMBERS_OUTSIDE = """() => [...document.querySelectorAll(".tel")]
  .filter(each => each.checkVisibility() && each.getBoundingClientRect().right > innerWidth + 1)
  .map(each => each.innerText)"""

# ---- paper

# Every piece of text that can be seen, with its size in px.
WORDS_AND_SIZES = """() => {
  const found = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const text = walker.currentNode, parent = text.parentElement
    if (!text.data.trim() || parent.closest(".vh, .skip") || !parent.checkVisibility()) continue
    const words = text.data.trim().replace(/\\s+/g, " ")
    found.push([words, parseFloat(getComputedStyle(parent).fontSize)])
  }
  return found
}"""

# The lower edge of what is lowest, in px from the top.
LOWEST_WORD = """() => Math.max(...[...document.querySelectorAll("main *")]
  .filter(each => each.checkVisibility())
  .map(each => each.getBoundingClientRect().bottom))"""

# Headings that the number of their item reaches into.
OVERLAPPED_BY_ITS_NUMBER = """() => [...document.querySelectorAll("main .steps > li > h3")]
  .filter(each => each.checkVisibility())
  .filter(each => {
    const item = each.parentElement, start = item.getBoundingClientRect().left
    const number = parseFloat(getComputedStyle(item, "::before").width)
    return !(start + number <= each.getBoundingClientRect().left)
  })
  .map(each => each.innerText)"""

# Paragraphs of several lines whose longest line leaves more than this share of its room empty.
EARLY_WRAPS = """share => [...document.querySelectorAll("main :is(p, li:not(:has(p)))")]
  .filter(each => each.checkVisibility())
  .filter(each => {
    const range = document.createRange()
    range.selectNodeContents(each)
    const lines = [...range.getClientRects()]
    const tops = lines.map(line => line.top)
    const one = parseFloat(getComputedStyle(each).lineHeight)
    if (Math.max(...tops) - Math.min(...tops) < .8 * one) return false
    const room = each.closest(".speech, .steps > li, section").getBoundingClientRect()
    return room.right - Math.max(...lines.map(line => line.right)) > share * room.width
  })
  .map(each => each.innerText.slice(0, 60))"""

# Of an item: how thick the line under it is, and how much room there is above it, in px.
RULE_AND_ROOM = """each => [
  parseFloat(getComputedStyle(each).borderBlockEndWidth),
  parseFloat(getComputedStyle(each).paddingBlockEnd),
]"""

# ---- focus

# Everything that Tab should reach, in the order of the page; one stop for a group of radios.
STOPS = """() => {
  const groups = new Set()
  return [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter(each => each.tabIndex >= 0 && each.type !== "hidden" && each.checkVisibility())
    .filter(each => {
      if (each.type !== "radio") return true
      const known = groups.has(each.name)
      groups.add(each.name)
      return !known
    }).length
}"""

# Notes each place that focus reaches until it leaves the page: what of it can be seen, by three
# points of what is in the window, and its ring.
NOTE_STOPS = """() => {
  const noted = window.noted = { stops: [], left: false }
  const look = () => {
    const at = document.activeElement
    const boxes = at.getClientRects(), first = boxes[0], last = boxes[boxes.length - 1]
    const middle = box => (Math.max(0, box.top) + Math.min(innerHeight, box.bottom)) / 2
    const points = [
      [first.left + 2, middle(first)],
      [first.left + first.width / 2, middle(first)],
      [last.right - 2, middle(last)],
    ]
    const seen = ([x, y]) => {
      const hit = document.elementFromPoint(x, y)
      return hit && (at.contains(hit) || hit.closest("label")?.control === at)
    }
    const style = getComputedStyle(at)
    return {
      name: `${at.localName} ${at.id || at.innerText || at.name}`.trim().slice(0, 60),
      first: at.matches(".skip"),
      visible: points.every(seen),
      ring: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    }
  }
  document.addEventListener("focusin", () => noted.left || noted.stops.push(look()))
  document.addEventListener("focusout", event => { noted.left ||= !event.relatedTarget })
}"""

# Tab begins at the top again, wherever a click or an address had led.
FROM_THE_TOP = """() => {
  document.body.tabIndex = -1
  document.body.focus()
  document.body.removeAttribute("tabindex")
}"""
