import { describeAvatarBrowser, measureAvatarBrowser, soundServer } from './avatar/browser.ts'
import { describeAvatarServer, measureAvatarServer } from './avatar/server.ts'

// `npm run bench:avatar`, or with `server` or `browser` one half. JSON on the output, a line for people on the other.
const half = process.argv[2]
const server = half === 'browser' ? null : await measureAvatarServer()
const browser = half === 'server' ? null : await measureAvatarBrowser()
console.log(JSON.stringify({ server, browser, sound: soundServer() }))
if (server !== null) console.error(describeAvatarServer(server))
if (browser !== null) console.error(describeAvatarBrowser(browser))
process.exit(0)
