import { type ChatModel, ModelError, type ModelErrorReason, type ModelEvent, type ModelRequest } from './chat-model.ts'

/**
 * What a turn reads. `switched`: the stand-in answers from here on, `model` is its name and `reason` why; whatever text
 * came before is void, so drop a sentence that is still half read. `failed-midway`: the first model broke off after
 * something was shown; what was shown stays, nothing follows.
 */
export type FallbackEvent =
  | ModelEvent
  | { readonly type: 'switched'; readonly model: string; readonly reason: ModelErrorReason; readonly error: ModelError }
  | { readonly type: 'failed-midway'; readonly reason: ModelErrorReason; readonly error: ModelError }

export interface FallbackOptions {
  /**
   * Whether the visitor has seen any of this answer. Text that the sentence gate withheld was not seen, and then the
   * stand-in may still answer. Left out, any text that came counts as seen.
   */
  readonly wasShown?: () => boolean
}

/**
 * The answer of `primary`, or of `standIn` where `primary` fails before anything was shown. An aborted `signal` throws
 * its reason and never switches; a failure of the stand-in is thrown.
 */
export async function* streamWithFallback(
  primary: ChatModel,
  standIn: ChatModel,
  request: ModelRequest,
  signal: AbortSignal,
  options: FallbackOptions = {},
): AsyncGenerator<FallbackEvent, void, undefined> {
  let textCame = false
  const wasShown = options.wasShown ?? (() => textCame)
  try {
    for await (const event of primary.stream(request, signal)) {
      if (event.type === 'text' && event.text.trim() !== '') textCame = true
      yield event
    }
    signal.throwIfAborted()
    return
  } catch (thrown) {
    signal.throwIfAborted()
    // A fault of our own must not cost the visitor the answer either; the event carries it to the log.
    const error =
      thrown instanceof ModelError ? thrown : new ModelError('unavailable', 'The model failed', { cause: thrown })
    if (wasShown()) {
      yield { type: 'failed-midway', reason: error.reason, error }
      return
    }
    yield { type: 'switched', model: standIn.name, reason: error.reason, error }
  }
  yield* standIn.stream(request, signal)
}
