import { expect, it } from 'vitest'
import { asStoreError } from '../../server/db/store-errors.ts'
import { ProtocolError } from '../../server/protocol/errors.ts'

function withCode(code: string, message = 'x'): Error {
  return Object.assign(new Error(message), { code })
}

it.each([
  'SQLITE_FULL',
  'SQLITE_IOERR_WRITE',
  'SQLITE_READONLY_DIRECTORY',
  'SQLITE_BUSY',
  'ECONNREFUSED',
  'ENOTFOUND',
  '57P01',
  '53300',
  '53100',
  '08006',
  '25006',
  '57014',
])('tells %s as store-unavailable, with its cause', (code) => {
  const cause = withCode(code)
  const error = asStoreError(cause)
  expect(error).toBeInstanceOf(ProtocolError)
  expect(error).toMatchObject({ code: 'store-unavailable', cause })
})

it.each([
  'Connection terminated unexpectedly',
  'timeout exceeded when trying to connect',
  'Query read timeout',
  'Client has encountered a connection error and is not queryable',
  'Cannot use a pool after calling end on the pool',
])('knows 「%s」 by its words', (message) => {
  expect(asStoreError(new Error(message))).toMatchObject({ code: 'store-unavailable' })
})

it.each([
  withCode('SQLITE_CONSTRAINT_UNIQUE'),
  withCode('SQLITE_ERROR'),
  withCode('23505'),
  withCode('42P01'),
  new TypeError('x is not a function'),
  new ProtocolError('turn-conflict'),
  'a string',
  undefined,
])('leaves %s as it is', (error) => {
  expect(asStoreError(error)).toBe(error)
})
