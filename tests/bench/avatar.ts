import { availableParallelism, loadavg } from 'node:os'
import { measureAvatarBrowser } from './avatar/browser.ts'
import { browserGoals, describeGoals, serverGoals } from './avatar/goals.ts'
import { measureAvatarServer } from './avatar/server.ts'
import { soundServer, startSoundServer } from './avatar/sound-card.ts'

// `npm run bench:avatar`, or with `server` or `browser` one half. JSON on the output, a line a number on the other.
const half = process.argv[2]
const stopSound = await startSoundServer()
try {
  const sound = soundServer() ?? 'none'
  const busy = (): string => `${loadavg()[0]?.toFixed(1)} of ${availableParallelism()} processors busy`
  const before = busy()
  const server = half === 'browser' ? null : await measureAvatarServer()
  const browser = half === 'server' ? null : await measureAvatarBrowser()
  const goals = [...(server === null ? [] : serverGoals(server)), ...(browser === null ? [] : browserGoals(browser))]
  const machine = `${before} before, ${busy()} after`
  console.log(JSON.stringify({ server, browser, sound, machine, goals }))
  console.error(`${describeGoals(goals)}\n${machine}: times mean little where others work`)
} finally {
  stopSound()
}
process.exit(0)
