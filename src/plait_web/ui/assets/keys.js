// Asks the browser for a security key and sends what it answers. Without support the form says so and stays as it is.
const able = 'PublicKeyCredential' in window && 'parseCreationOptionsFromJSON' in PublicKeyCredential

async function ask (form) {
  const said = JSON.parse(document.getElementById('key-options').textContent)
  if (form.dataset.plaitKey === 'create') {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(said.creation_options.publicKey)
    return navigator.credentials.create({ publicKey })
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(said.request_options.publicKey)
  return navigator.credentials.get({ publicKey })
}

function prepare (form) {
  form.querySelector('.plait-device__able').hidden = false
  form.querySelector('.plait-device__unable').hidden = true
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const failed = form.querySelector('[data-plait-key-failed]')
    failed.hidden = true
    try {
      form.elements.credential.value = JSON.stringify(await ask(form))
      form.submit()
    } catch {
      failed.hidden = false
    }
  })
}

if (able) document.querySelectorAll('[data-plait-key]').forEach(prepare)
