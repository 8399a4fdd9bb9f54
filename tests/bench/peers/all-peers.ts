import { flexSearchDefault, flexSearchSuggest } from './flexsearch.ts'
import { langChainBm25 } from './langchain-bm25.ts'
import { miniSearchDefault, miniSearchIntl } from './minisearch.ts'
import { oramaDefault, oramaMandarin } from './orama.ts'
import { ownRetriever } from './own-retriever.ts'
import type { Peer } from './peer.ts'

export const allPeers: readonly Peer[] = [
  ownRetriever,
  miniSearchDefault,
  miniSearchIntl,
  oramaDefault,
  oramaMandarin,
  flexSearchDefault,
  flexSearchSuggest,
  langChainBm25,
]
