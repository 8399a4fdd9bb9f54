import { randomUUID } from 'node:crypto'
import { writeSync } from 'node:fs'
import { openDatabase } from '../../server/db/open-database.ts'
import { createSqlTranscripts } from '../../server/transcripts/sql-transcripts.ts'
import { sampleEnding, sampleMaking, sampleSentences, sampleSession, sampleTurn } from './sample-records.ts'

// Asks and answers without end, on eight sessions at a time, and tells its parent of every write that was
// acknowledged. The parent kills it.
const [dataDir = ''] = process.argv.slice(2)
const transcripts = createSqlTranscripts(await openDatabase({ dataDir }))

function acknowledged(what: string, answerId: string): void {
  writeSync(1, `${what} ${answerId}\n`)
}

async function visit(): Promise<void> {
  const session = sampleSession()
  await transcripts.createSession(session)
  for (;;) {
    const turn = sampleTurn(session.id, { question: `问题${randomUUID()}` })
    await transcripts.acceptTurn(turn)
    acknowledged('accepted', turn.answerId)
    await transcripts.appendSentences(turn.answerId, turn.epoch, sampleSentences(['我1998年进厂。']))
    acknowledged('shown', turn.answerId)
    await transcripts.endTurn(turn.answerId, turn.epoch, [], sampleEnding('我1998年进厂。'), sampleMaking())
    acknowledged('ended', turn.answerId)
  }
}

await Promise.all(Array.from({ length: 8 }, visit))
