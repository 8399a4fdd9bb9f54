import { Compile, type Validator } from 'typebox/compile'
import {
  AnswerAck,
  AnswerResume,
  type ClientMessage,
  FeedbackGive,
  Pong,
  SessionForget,
  SessionOpen,
  SpeechHeard,
  TurnAsk,
  TurnStop,
} from './client-message.ts'
import { ProtocolError } from './errors.ts'

const validators = new Map<string, Validator>(
  [SessionOpen, TurnAsk, AnswerAck, AnswerResume, TurnStop, FeedbackGive, SpeechHeard, SessionForget, Pong].map(
    (schema) => [schema.properties.type.const, Compile(schema)],
  ),
)

/** Reads one frame. Throws `bad-frame` with a reason that repeats nothing of what the visitor wrote. */
export function decodeClientMessage(frame: string): ClientMessage {
  let value: unknown
  try {
    value = JSON.parse(frame)
  } catch {
    throw new ProtocolError('bad-frame', 'It is not JSON.')
  }
  return checkClientMessage(value)
}

/** Checks a parsed frame against the schema of its `type`. Fields that the protocol does not know are left out. */
export function checkClientMessage(value: unknown): ClientMessage {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ProtocolError('bad-frame', 'It is not an object.')
  const type = Object.hasOwn(value, 'type') && 'type' in value ? value.type : undefined
  const validator = typeof type === 'string' ? validators.get(type) : undefined
  if (!validator) throw new ProtocolError('bad-frame', 'Its type is not one of the protocol.')
  if (!validator.Check(value)) {
    const problem = validator.Errors(value)[0]
    throw new ProtocolError('bad-frame', `${type}${problem?.instancePath ?? ''} ${problem?.message ?? 'is not right'}.`)
  }
  try {
    return validator.Clean(structuredClone(value)) as ClientMessage
  } catch {
    // Fields that the protocol does not know may be nested as deep as a frame is long.
    throw new ProtocolError('bad-frame', 'It is nested too deeply.')
  }
}
