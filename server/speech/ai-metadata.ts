import type { WavChunk } from './wav.ts'

/** Who made the sound, as its file says. */
export interface SoundOrigin {
  /** The service that made it. */
  readonly producer: string
  /** Its number there. */
  readonly id: string
}

/**
 * The implicit label of a generated sound, as 《人工智能生成合成内容标识办法》 asks of files: a chunk `AIGC` with the
 * fields of GB 45438-2025, and a comment (LIST INFO) that ordinary players show.
 */
export function aiMetadata({ producer, id }: SoundOrigin): WavChunk[] {
  const fields = {
    AIGC: {
      Label: '1',
      ContentProducer: producer,
      ProduceID: id,
      ReservedCode1: '',
      ContentPropagator: producer,
      PropagateID: id,
      ReservedCode2: '',
    },
  }
  const comment = Buffer.from('人工智能生成合成语音 AI-generated speech\0', 'utf8')
  const head = Buffer.alloc(8)
  head.write('ICMT', 0, 'latin1')
  head.writeUInt32LE(comment.length, 4)
  const list = Buffer.concat([Buffer.from('INFO', 'latin1'), head, comment, Buffer.alloc(comment.length & 1)])
  return [
    ['LIST', list],
    ['AIGC', Buffer.from(JSON.stringify(fields), 'utf8')],
  ]
}
