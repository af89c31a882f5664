import { initAll } from './govuk-frontend.min.js'

initAll()

// An error summary or a message is read out and can be reached at once.
document.querySelector('.plait-message--error')?.setAttribute('tabindex', '-1')
