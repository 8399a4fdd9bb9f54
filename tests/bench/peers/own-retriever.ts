import { join } from 'node:path'
import { readTitlePath } from '../../../server/evaluation/retrieval-pack.ts'
import { languageAnalyzer } from '../../../server/retrieval/language-analyzer.ts'
import { buildLexicalIndex } from '../../../server/retrieval/lexical-index.ts'
import { projectDir } from '../../helpers/test-server.ts'
import type { Peer } from './peer.ts'

/** Our own search, as the server and `npm run eval -- retrieval` make it. */
export const ownRetriever: Peer = {
  name: '**this project**',
  packages: [],
  async index(passages) {
    const index = buildLexicalIndex(
      passages.map(({ title, text }) => ({ ...readTitlePath(title), text })),
      languageAnalyzer(join(projectDir, 'knowledge', 'language')),
    )
    return (question, limit) => index.search(question, limit).map(({ ordinal }) => passages[ordinal]?.id ?? '')
  },
}
