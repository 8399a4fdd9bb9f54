import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openCachedEmbedder } from '../../server/dense/cached-embedder.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { topicEmbedder } from './topic-embedder.ts'

const root = temporaryFolder()

describe('an embedder that keeps what it computed', () => {
  it('computes a passage once, also after a restart', async () => {
    const dir = join(root, 'once')
    const embedder = topicEmbedder([/焊/, /雨/])
    const cached = await openCachedEmbedder({ embedder, dir })
    const first = await cached.embed(['焊接', '下雨', '焊接'], 'passage')
    expect(embedder.calls.map(({ texts }) => texts)).toEqual([['焊接', '下雨']])
    expect(first[2]).toEqual(first[0])
    await cached.close?.()
    const again = await openCachedEmbedder({ embedder, dir })
    expect(again.keptOf(['焊接', '下雨', '师傅'])).toBe(2)
    expect(await again.embed(['下雨', '师傅', '焊接'], 'passage')).toEqual([
      first[1],
      (await embedder.embed(['师傅'], 'passage'))[0],
      first[0],
    ])
    expect(embedder.calls[1]?.texts).toEqual(['师傅'])
    await again.close?.()
  })

  it('keeps the vector of a question in memory and never on disk', async () => {
    const dir = join(root, 'questions')
    const embedder = topicEmbedder([/焊/])
    const cached = await openCachedEmbedder({ embedder, dir })
    await cached.embed(['怎么焊接'], 'passage')
    const size = () => readdirSync(dir).map((name) => readFileSync(join(dir, name)).length)
    const before = size()
    await cached.embed(['怎么焊接'], 'query')
    await cached.embed(['怎么焊接'], 'query')
    expect(embedder.calls.map(({ kind }) => kind)).toEqual(['passage', 'query'])
    expect(size()).toEqual(before)
    await cached.close?.()
  })

  it('does not give the vectors of one model for another', async () => {
    const dir = join(root, 'models')
    const one = await openCachedEmbedder({ embedder: topicEmbedder([/焊/]), dir })
    await one.embed(['焊接'], 'passage')
    await one.close?.()
    const other = topicEmbedder([/焊/, /雨/])
    const two = await openCachedEmbedder({ embedder: { ...other, name: 'topics-2' }, dir })
    expect((await two.embed(['焊接'], 'passage'))[0]).toHaveLength(3)
    await two.close?.()
  })

  it('goes on where nothing can be kept', async () => {
    const errors: unknown[] = []
    const embedder = topicEmbedder([/焊/])
    const cached = await openCachedEmbedder({
      embedder,
      dir: join(root, 'sizes'),
      onCacheError: (error) => errors.push(error),
    })
    await cached.embed(['焊接'], 'passage')
    const wider = topicEmbedder([/焊/, /雨/])
    embedder.embed = wider.embed
    expect(await cached.embed(['下雨'], 'passage')).toHaveLength(1)
    expect(errors).toHaveLength(1)
    await cached.close?.()
  })
})
