/**
 * Asks the source for its first value at once, so that whoever waits for something else before reading loses no time.
 * A failure of that first value is told to whoever reads it; one that nobody reads is nobody's.
 */
export function startEarly<T>(source: AsyncIterable<T>): AsyncIterator<T> {
  const iterator = source[Symbol.asyncIterator]()
  let first: Promise<IteratorResult<T>> | undefined = iterator.next()
  first.catch(() => undefined)
  return {
    next() {
      const begun = first
      first = undefined
      return begun ?? iterator.next()
    },
    async return() {
      return (await iterator.return?.()) ?? { done: true, value: undefined }
    },
  }
}
