// Compiles the pattern library and our own style to ../static/ui. Run by `make assets`.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { compile } from 'sass'

const out = new URL('../static/ui/', import.meta.url)
const from = (name) => new URL(name, import.meta.url).pathname
mkdirSync(out, { recursive: true })
const style = compile(from('plait.scss'), { loadPaths: [from('node_modules')], style: 'compressed', quietDeps: true })
// The crest is the Crown's: the one rule that would load it is emptied.
writeFileSync(new URL('plait.css', out), style.css.replaceAll(/url\([^)]*crest[^)]*\)/g, 'none'))
const library = from('node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js')
copyFileSync(library, new URL('govuk-frontend.min.js', out))
for (const name of ['plait.js', 'keys.js', 'returns.js', 'supported.js', 'waiting.js', 'plait.svg']) copyFileSync(from(name), new URL(name, out))
