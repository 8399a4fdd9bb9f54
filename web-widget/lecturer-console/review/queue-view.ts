import type { MakeView } from '../view.ts'
import { makeWorkbench } from './workbench.ts'

export const makeQueueView: MakeView = makeWorkbench
