/** SHA-256 of `bytes` (FIPS 180-4). */
export function sha256(bytes: Uint8Array): Uint8Array {
  const length = bytes.length
  const blocks = new DataView(new ArrayBuffer(((length + 9 + 63) >> 6) << 6))
  for (let index = 0; index < length; index++) blocks.setUint8(index, bytes[index] ?? 0)
  blocks.setUint8(length, 0x80)
  blocks.setUint32(blocks.byteLength - 8, Math.floor(length / 0x20000000))
  blocks.setUint32(blocks.byteLength - 4, length << 3)

  const hash = roots(8, 1 / 2)
  const constants = roots(64, 1 / 3)
  const schedule = new Int32Array(64)
  for (let start = 0; start < blocks.byteLength; start += 64) {
    for (let i = 0; i < 16; i++) schedule[i] = blocks.getInt32(start + i * 4)
    for (let i = 16; i < 64; i++) {
      const a = word(schedule, i - 15)
      const b = word(schedule, i - 2)
      const small0 = turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)
      const small1 = turn(b, 17) ^ turn(b, 19) ^ (b >>> 10)
      schedule[i] = word(schedule, i - 16) + small0 + word(schedule, i - 7) + small1
    }
    let [a, b, c, d, e, f, g, h] = hash as unknown as Eight
    for (let i = 0; i < 64; i++) {
      const big1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)
      const first = (h + big1 + ((e & f) ^ (~e & g)) + word(constants, i) + word(schedule, i)) | 0
      const big0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)
      const second = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
      h = g
      g = f
      f = e
      e = (d + first) | 0
      d = c
      c = b
      b = a
      a = (first + second) | 0
    }
    const mixed = [a, b, c, d, e, f, g, h]
    for (let i = 0; i < 8; i++) hash[i] = word(hash, i) + (mixed[i] ?? 0)
  }
  const digest = new DataView(new ArrayBuffer(32))
  for (let i = 0; i < 8; i++) digest.setInt32(i * 4, word(hash, i))
  return new Uint8Array(digest.buffer)
}

type Eight = [number, number, number, number, number, number, number, number]

/** The first 32 bits of the fractional parts of the given power of the first `count` primes. */
function roots(count: number, power: number): Int32Array {
  const words = new Int32Array(count)
  for (let candidate = 2, found = 0; found < count; candidate++) {
    let prime = true
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) {
      if (candidate % divisor === 0) {
        prime = false
        break
      }
    }
    if (!prime) continue
    const root = candidate ** power
    words[found++] = ((root - Math.floor(root)) * 0x100000000) | 0
  }
  return words
}

function word(words: Int32Array, index: number): number {
  return words[index] ?? 0
}

function turn(value: number, bits: number): number {
  return (value >>> bits) | (value << (32 - bits))
}
