// A page that waits for work in the background follows it, and is loaded again when that is over. It works without this.

const waiting = document.querySelector('[data-plait-waiting]')

const look = async () => {
  const answer = await fetch(waiting.dataset.plaitWaiting, { headers: { Accept: 'application/json' } }).catch(() => null)
  if (answer !== null && answer.status !== 202) return window.location.reload()
  if (answer !== null) tell(await answer.json())
  setTimeout(look, 2000)
}

// What it is doing now is said once, and how far it is shown.
const tell = ({ words, done, of }) => {
  const [told, bar] = [waiting.querySelector('[role=status]'), waiting.querySelector('progress')]
  if (words && told.textContent !== words) told.textContent = words
  if (of) [bar.max, bar.value] = [of, done]
}

if (waiting) setTimeout(look, 1000)
