// Sending shows how far it is. The page works without this.

const watch = (form) =>
  form?.addEventListener('submit', (event) => {
    const files = [...form.querySelector('input[type=file]').files]
    if (!files.length) return // the server says what is missing
    event.preventDefault()
    const box = form.querySelector('.plait-progress')
    const [told, bar, button] = [box.querySelector('p'), box.querySelector('progress'), form.querySelector('button[type=submit], .govuk-button[data-prevent-double-click]')]
    const request = new XMLHttpRequest()
    let tenth = -1
    box.hidden = false
    button.disabled = true
    told.textContent = 'Sending'
    request.upload.addEventListener('progress', (at) => {
      const share = Math.floor((100 * at.loaded) / at.total)
      bar.value = share
      if (Math.floor(share / 10) === tenth) return // a screen reader hears each tenth once
      tenth = Math.floor(share / 10)
      told.textContent = share < 100 ? `Sending: ${share}%` : 'Sent. Waiting for the server.'
    })
    request.addEventListener('load', () => (request.status < 400 ? window.location.assign(request.responseURL) : show(request)))
    request.addEventListener('error', () => {
      button.disabled = false
      told.textContent = 'The connection broke. Nothing is lost: press Send again.'
    })
    request.open('POST', window.location.href)
    request.send(new FormData(form))
  })

// The page with which the server refused, in place of this one.
const show = (request) => {
  const page = new DOMParser().parseFromString(request.responseText, 'text/html')
  document.title = page.title
  document.querySelector('main').replaceWith(page.querySelector('main'))
  const summary = document.querySelector('.govuk-error-summary') ?? document.querySelector('h1')
  summary.setAttribute('tabindex', '-1')
  summary.focus()
  watch(document.querySelector('[data-plait-upload]'))
}
watch(document.querySelector('[data-plait-upload]'))
