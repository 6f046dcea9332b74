// A passkey that was not used says so on the page. The desk only; readers get no script.
document.addEventListener('allauth.error', (event) => {
  event.preventDefault()
  document.getElementById('passkey-problem').hidden = false
})
