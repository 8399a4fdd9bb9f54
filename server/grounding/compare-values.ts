import type { Value } from './canonical-values.ts'
import { unitsAgree } from './units.ts'

const DATE_PARTS: Readonly<Record<string, readonly ('y' | 'm' | 'd')[]>> = {
  y: ['y'],
  ym: ['y', 'm'],
  ymd: ['y', 'm', 'd'],
  md: ['m', 'd'],
  m: ['m'],
  d: ['d'],
}

function part(value: Value, name: 'y' | 'm' | 'd'): number | undefined {
  const at = DATE_PARTS[value.shape]?.indexOf(name) ?? -1
  return at < 0 ? undefined : value.numbers[at]
}

function isCalendar(value: Value): boolean {
  return value.kind === 'date' && DATE_PARTS[value.shape] !== undefined
}

/** Two-digit years (98年) mean the year of the last century or this one. */
function sameYear(claim: number, source: number): boolean {
  return claim === source || (source < 100 && source >= 0 && claim > 1900 && claim % 100 === source)
}

/** A year that is written as a span of time (98年, 618年) or without 年 (2008北京奥运会), as the year it may mean. */
function asYear(value: Value): number | undefined {
  if (isCalendar(value)) return part(value, 'y')
  if (value.shape === 'year' && Number.isInteger(value.numbers[0])) return value.numbers[0]
  const number = value.shape === '' ? value.numbers[0] : undefined
  return number !== undefined && number >= 1000 && number < 2200 ? number : undefined
}

/**
 * Whether the source states the claimed value: the same numbers of the same unit, or a date that has all parts of the
 * claimed one. `year` is the year that the source's context gives to a date without one.
 */
export function states(source: Value, claim: Value, year?: number): boolean {
  if (isCalendar(claim) && (isCalendar(source) || claim.shape === 'y')) {
    for (const name of DATE_PARTS[claim.shape] ?? []) {
      const wanted = part(claim, name) ?? 0
      const found = name === 'y' ? (asYear(source) ?? year) : part(source, name)
      if (found === undefined || !(name === 'y' ? sameYear(wanted, found) : wanted === found)) return false
    }
    // The year alone must be the source's own: a year from the context belongs to another statement.
    return claim.shape !== 'y' || asYear(source) !== undefined
  }
  if (claim.shape === 'year' && isCalendar(source)) return part(source, 'y') === claim.numbers[0]
  // 八号 may be read as a day or as a number.
  if (claim.shape === 'd' || source.shape === 'd') {
    const shapes = [claim.shape, source.shape]
    return shapes.includes('号') && claim.numbers[0] === source.numbers[0]
  }
  if (claim.kind !== source.kind && claim.shape !== '') return false
  if (!shapesAgree(claim.shape, source.shape)) {
    // 一个月950: sums are often told without the unit.
    const isSum = claim.shape === 'cny' && source.shape === '' && (claim.numbers[0] ?? 0) >= 100
    if (isSum && claim.numbers[0] === source.numbers[0]) return true
    return claim.shape === '' && asYear(source) !== undefined && asYear(source) === asYear(claim)
  }
  return claim.numbers.length === source.numbers.length && claim.numbers.every((n, i) => n === source.numbers[i])
}

/** Whether the two could stand in each other's place: what a swapped value is told by. */
export function comparable(claim: Value, source: Value): boolean {
  if (isCalendar(claim)) {
    if (!isCalendar(source)) return claim.shape === 'y' && asYear(source) !== undefined && source.shape === ''
    return (DATE_PARTS[claim.shape] ?? []).every((name) => part(source, name) !== undefined)
  }
  return claim.kind === source.kind && shapesAgree(claim.shape, source.shape)
}

function shapesAgree(claim: string, source: string): boolean {
  if (claim === source) return true
  if (claim.startsWith('第') && source.startsWith('第')) return unitsAgree(claim.slice(1), source.slice(1))
  return unitsAgree(claim, source)
}
