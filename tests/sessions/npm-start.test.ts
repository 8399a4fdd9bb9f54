import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { projectDir } from '../helpers/test-server.ts'

// npm hands a signal to the shell that it started; the shell must have become the server.
it('"npm start" ends with SIGTERM, and the server with it', { timeout: 60_000 }, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'lecturer-avatars-'))
  const npm = spawn('npm', ['start', '--ignore-scripts'], {
    cwd: projectDir,
    env: { ...process.env, PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  try {
    let output = ''
    const address = await new Promise<string>((resolve, reject) => {
      npm.once('exit', () => reject(new Error(`It did not start:\n${output}`)))
      for (const stream of [npm.stdout, npm.stderr]) {
        stream.on('data', (data) => {
          output += data
          const found = /Server listening at (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1]
          if (found !== undefined && output.includes('"ready"')) resolve(found)
        })
      }
    })
    const exited = new Promise((resolve) => npm.once('exit', resolve))
    npm.kill('SIGTERM')
    await Promise.race([
      exited,
      new Promise((_, reject) => setTimeout(() => reject(new Error('npm still runs')), 10_000)),
    ])
    await expect(fetch(`${address}/healthz`)).rejects.toThrow()
  } finally {
    npm.kill('SIGKILL')
    await rm(dataDir, { recursive: true, force: true })
  }
})
