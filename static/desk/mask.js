// The opened record is covered after a minute without use, so that nobody reads it in passing.
// Nothing is sent or left: what was half written is there again afterwards.
const REST = 60_000
const USE = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'scroll', 'input', 'focusin']
const MODIFIERS = ['Tab', 'Shift', 'Control', 'Alt', 'Meta']

const record = document.querySelector('[data-mask]')
if (record) watch(record)

function watch (record) {
  const cover = coverFor(record)
  let used = Date.now()
  let focused = null

  const mask = () => {
    focused = document.activeElement
    record.hidden = true
    cover.hidden = false
    cover.querySelector('button').focus()
  }
  const unmask = () => {
    used = Date.now()
    cover.hidden = true
    record.hidden = false
    if (record.contains(focused)) focused.focus()
  }
  for (const kind of USE) {
    document.addEventListener(kind, () => { used = Date.now() }, { capture: true, passive: true })
  }
  document.addEventListener('keydown', (event) => {
    if (cover.hidden || MODIFIERS.includes(event.key)) return
    event.preventDefault()
    unmask()
  })
  cover.querySelector('button').addEventListener('click', unmask)
  const look = () => { if (cover.hidden && Date.now() - used >= REST) mask() }
  setInterval(look, 1000)
  document.addEventListener('visibilitychange', look)
}

function coverFor (record) {
  const cover = document.createElement('section')
  cover.className = 'record-cover'
  cover.hidden = true
  cover.setAttribute('role', 'alert')
  const words = document.createElement('p')
  words.textContent = 'Covered after a minute without use. What you wrote is still there.'
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'button'
  button.textContent = 'Show it again'
  cover.append(words, button)
  record.before(cover)
  return cover
}
