import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerOf, type ConsoleRequest, signIn } from '../helpers/console-client.ts'
import {
  type MatrixHouse,
  type MatrixPart,
  type MatrixRow,
  type PrepareMatrixPart,
  routesOfConsole,
} from '../helpers/console-matrix.ts'
import { projectDir, startTestServer } from '../helpers/test-server.ts'

const folder = join(projectDir, 'tests', 'routes', 'console-matrix')
const files = (await readdir(folder)).filter((name) => name.endsWith('.ts'))

const PORTAL = 'https://portal.example.cn'

let house: MatrixHouse
const parts: MatrixPart[] = []
let rows: readonly MatrixRow[] = []

beforeAll(async () => {
  const server = await startTestServer({ ALLOWED_ORIGINS: PORTAL })
  const [minePersona, theirPersona] = ['lin-yue', 'gao-zhenbang'] as const
  house = {
    server,
    operator: await signIn(server, { role: 'operator' }),
    reviewer: await signIn(server, { role: 'reviewer' }),
    mine: await signIn(server, { role: 'lecturer', personaId: minePersona, name: '林悦本人' }),
    minePersona,
    theirs: await signIn(server, { role: 'lecturer', personaId: theirPersona, name: '高振邦本人' }),
    theirPersona,
  }
  for (const file of files) {
    const { part } = (await import(join(folder, file))) as { part: PrepareMatrixPart }
    parts.push(await part(house))
  }
  rows = parts.flatMap((part) => part.rows)
})
afterAll(() => house?.server.close())

const nameOf = ({ method, route }: MatrixRow) => `${method} ${route}`
const requestOf = ({ method, route, path = route, payload, headers }: MatrixRow): ConsoleRequest => ({
  method,
  path,
  ...(payload === undefined ? {} : { payload }),
  ...(headers === undefined ? {} : { headers }),
})

describe('the two lecturers', () => {
  it('have a row for every route of the console, and none for another', () => {
    const routes = routesOfConsole(house.server.server)
    expect(routes.length).toBeGreaterThan(15)
    expect([...new Set(rows.map(nameOf))].sort()).toEqual(routes)
  })

  it('see nothing of each other on any of them', async () => {
    const secrets = parts.flatMap((part) => part.secrets)
    for (const row of rows) {
      if (row.answer === 'own' || row.answer === 'anybody') continue
      const answer = await house.mine.send(requestOf(row))
      const told = row.answer === 'hidden' ? 'success' : row.answer
      expect({ route: nameOf(row), told: answer.error ?? 'success' }).toEqual({ route: nameOf(row), told })
      for (const secret of secrets) expect(answer.text, nameOf(row)).not.toContain(secret)
    }
  })

  it('are told apart by rows that could fail: what is hidden is there for its owner or an operator', async () => {
    const secrets = parts.flatMap((part) => part.secrets)
    for (const row of rows) {
      if (row.method !== 'GET' || row.answer === 'own' || row.answer === 'anybody') continue
      const reader = row.answer === 'not-allowed' ? house.operator : house.theirs
      const answer = await reader.send(requestOf(row))
      expect({ route: nameOf(row), error: answer.error }).toEqual({ route: nameOf(row), error: undefined })
      if (row.answer === 'hidden') expect(secrets.filter((secret) => answer.text.includes(secret))).not.toEqual([])
    }
  })
})

describe('every route of the console', () => {
  it('is closed to whoever is not signed in', async () => {
    for (const row of rows) {
      const { error, status, headers } = await answerOf(house.server.server, requestOf(row))
      const name = nameOf(row)
      if (row.answer === 'anybody') expect({ name, error }).not.toEqual({ name, error: 'not-signed-in' })
      else expect({ name, error, status }).toEqual({ name, error: 'not-signed-in', status: 401 })
      expect(headers['cache-control'], name).toBe('no-store')
    }
  })

  it('changes nothing without the token against cross-site requests', async () => {
    for (const row of rows) {
      if (row.method === 'GET' || row.answer === 'anybody') continue
      for (const token of ['', 'x', house.operator.csrfToken]) {
        const request = requestOf(row)
        const answer = await house.mine.send({ ...request, headers: { ...request.headers, 'x-csrf-token': token } })
        expect({ name: nameOf(row), error: answer.error }).toEqual({ name: nameOf(row), error: 'csrf-failed' })
      }
    }
  })

  it('takes requests from no other origin', async () => {
    for (const row of rows) {
      for (const headers of [{ origin: PORTAL }, { 'sec-fetch-site': 'same-site' }]) {
        const answer = await house.mine.send({ ...requestOf(row), headers: { ...row.headers, ...headers } })
        expect({ name: nameOf(row), error: answer.error }).toEqual({ name: nameOf(row), error: 'origin-not-allowed' })
        expect(answer.headers['access-control-allow-origin']).toBeUndefined()
      }
    }
  })
})
