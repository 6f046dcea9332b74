// Fetches the page again while it is looked at and nobody works in it. The request says that no
// person made it, so that it does not keep a login alive. Focus and scroll stay where they are.
const region = document.querySelector('[data-refresh]')
const status = document.querySelector('[data-refresh-says]')
let timer

const rows = (root) => [...root.querySelectorAll('[data-row]')].map((row) => row.dataset.row)

const busy = () => document.hidden || region.contains(document.activeElement)

const say = (words) => { status.textContent = words }

const changes = (before, after) =>
  after.filter((row) => !before.includes(row)).length +
  before.filter((row) => !after.some((each) => each.slice(0, 36) === row.slice(0, 36))).length

const put = (text) => {
  const fresh = new DOMParser().parseFromString(text, 'text/html').querySelector('[data-refresh]')
  if (!fresh || busy()) return
  const number = changes(rows(region), rows(fresh))
  const open = region.querySelector('details')?.open
  region.replaceChildren(...fresh.childNodes)
  if (open) region.querySelector('details').open = true
  if (number) say(`The list was brought up to date: ${number} changed.`)
}

const refresh = async () => {
  if (busy()) return
  try {
    const answer = await fetch(location.href, { headers: { 'X-Refresh': '1' }, cache: 'no-store' })
    if (answer.redirected) {
      clearInterval(timer)
      say('You were signed out. Load the page again to sign in.')
    } else if (answer.ok) put(await answer.text())
  } catch {
    say('The list could not be brought up to date.')
  }
}

if (region && status) timer = setInterval(refresh, region.dataset.refresh * 1000)
