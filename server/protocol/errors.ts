/**
 * Every error that crosses the network: what it means to a person, its HTTP status, whether it ends the turn or the
 * connection, and whether the same request may succeed later. `docs/protocol.md` repeats this table; a test keeps
 * the two equal.
 */
export const ERRORS = {
  'bad-frame': {
    status: 400,
    closes: 4400,
    retryable: false,
    zh: '这条消息的格式不对，没有处理。',
    en: 'This message is malformed and was not processed.',
  },
  'bad-request': {
    status: 400,
    closes: null,
    retryable: false,
    zh: '请求的内容不对。',
    en: 'The request is not valid.',
  },
  'text-empty': {
    status: 400,
    closes: null,
    retryable: false,
    zh: '问题是空的，请写几个字再发送。',
    en: 'The question is empty. Please write something first.',
  },
  'text-too-long': {
    status: 400,
    closes: null,
    retryable: false,
    zh: '问题太长了，请缩短到 2000 字以内。',
    en: 'The question is too long. Please keep it to 2,000 characters.',
  },
  'session-required': {
    status: 400,
    closes: 4400,
    retryable: false,
    zh: '请先打开会话，再发送别的消息。',
    en: 'Open a session before sending anything else.',
  },
  'session-invalid': {
    status: 401,
    closes: 4401,
    retryable: false,
    zh: '会话已失效，请重新打开对话。',
    en: 'This session is no longer valid. Please open the conversation again.',
  },
  'origin-not-allowed': {
    status: 403,
    closes: 4403,
    retryable: false,
    zh: '这个网站还没有被允许使用本服务，请联系管理员把它加入 ALLOWED_ORIGINS。',
    en: 'This site may not use this service yet. Ask the operator to add it to ALLOWED_ORIGINS.',
  },
  'persona-unknown': {
    status: 404,
    closes: 4404,
    retryable: false,
    zh: '没有这位讲师。',
    en: 'There is no such lecturer.',
  },
  'session-open-timeout': {
    status: 408,
    closes: 4408,
    retryable: true,
    zh: '等了 5 秒没有收到打开会话的消息。',
    en: 'No session was opened within 5 seconds.',
  },
  'not-found': { status: 404, closes: null, retryable: false, zh: '没有找到。', en: 'Not found.' },
  'not-signed-in': {
    status: 401,
    closes: null,
    retryable: false,
    zh: '请先登录。',
    en: 'Please sign in first.',
  },
  'sign-in-failed': {
    status: 401,
    closes: null,
    retryable: false,
    zh: '账号、密码或验证码不对。',
    en: 'The account, password or code is not right.',
  },
  'second-factor-required': {
    status: 401,
    closes: null,
    retryable: false,
    zh: '请再输入验证器里的六位数字。',
    en: 'Please also enter the six digits of your authenticator.',
  },
  'sign-in-throttled': {
    status: 429,
    closes: null,
    retryable: true,
    zh: '试的次数太多了，请过一会儿再登录。',
    en: 'Too many attempts. Please try to sign in later.',
  },
  'csrf-failed': {
    status: 403,
    closes: null,
    retryable: false,
    zh: '页面打开太久了，请刷新后再试。',
    en: 'This page is out of date. Please reload it and try again.',
  },
  'not-allowed': {
    status: 403,
    closes: null,
    retryable: false,
    zh: '您的账号不能做这件事。',
    en: 'Your account may not do this.',
  },
  'changed-meanwhile': {
    status: 409,
    closes: null,
    retryable: false,
    zh: '刚才有别人改过了，请先看看最新的内容，您写的没有丢。',
    en: 'Somebody else has changed this meanwhile. Look at it first; what you wrote is kept.',
  },
  'being-worked-on': {
    status: 409,
    closes: null,
    retryable: true,
    zh: '有人正在处理这一条。',
    en: 'Somebody is working on this.',
  },
  'not-possible': {
    status: 409,
    closes: null,
    retryable: false,
    zh: '现在不能这样做。',
    en: 'This is not possible now.',
  },
  'preview-required': {
    status: 409,
    closes: null,
    retryable: false,
    zh: '发布之前，请先看一遍它会改变哪些回答。',
    en: 'Before it goes live, look at the answers that it would change.',
  },
  'answer-unknown': {
    status: 404,
    closes: null,
    retryable: false,
    zh: '没有找到这条回答。',
    en: 'There is no such answer.',
  },
  'turn-unknown': {
    status: 404,
    closes: null,
    retryable: false,
    zh: '没有找到这个问题。',
    en: 'There is no such question.',
  },
  'turn-conflict': {
    status: 409,
    closes: null,
    retryable: false,
    zh: '这个编号已经用在另一个问题上了。',
    en: 'This turnId was already used for another question.',
  },
  'turn-in-progress': {
    status: 409,
    closes: null,
    retryable: true,
    zh: '上一个问题还在回答，请等一等，或者先停止它。',
    en: 'The previous question is still being answered. Wait, or stop it first.',
  },
  'audio-too-large': {
    status: 413,
    closes: null,
    retryable: false,
    zh: '录音太长了，请控制在 60 秒以内。',
    en: 'The recording is too long. Please keep it to 60 seconds.',
  },
  'audio-unreadable': {
    status: 422,
    closes: null,
    retryable: false,
    zh: '这段录音读不出来，请重新录一次。',
    en: 'This recording cannot be read. Please record it again.',
  },
  'rate-limited': {
    status: 429,
    closes: null,
    retryable: true,
    zh: '问得太快了，请歇一会儿再问。',
    en: 'Too many questions. Please wait a moment.',
  },
  'too-many-connections': {
    status: 429,
    closes: 4429,
    retryable: true,
    zh: '连接太多了，请稍后再试。',
    en: 'Too many connections. Please try again later.',
  },
  'store-unavailable': {
    status: 503,
    closes: null,
    retryable: true,
    zh: '服务暂时存不下新的问题，请稍后再试。',
    en: 'The service cannot store questions at the moment. Please try again shortly.',
  },
  'transcription-failed': {
    status: 502,
    closes: null,
    retryable: true,
    zh: '这次没能把语音转成文字，请再试一次。',
    en: 'The speech could not be turned into text this time. Please try again.',
  },
  'transcription-unavailable': {
    status: 503,
    closes: null,
    retryable: false,
    zh: '这里没有开通语音输入，请打字提问。',
    en: 'Voice input is not available here. Please type your question.',
  },
  'speech-unavailable': {
    status: 503,
    closes: null,
    retryable: true,
    zh: '这句话暂时念不出声音，请看文字。',
    en: 'This sentence has no sound at the moment. Please read it.',
  },
  draining: {
    status: 503,
    closes: null,
    retryable: true,
    zh: '服务正在重启，请马上再试一次。',
    en: 'The service is restarting. Please try again in a moment.',
  },
  internal: {
    status: 500,
    closes: null,
    retryable: true,
    zh: '服务出了点问题，请稍后再试。',
    en: 'Something went wrong on our side. Please try again later.',
  },
} as const satisfies Record<string, ErrorEntry>

interface ErrorEntry {
  /** HTTP status where the error answers a request. */
  status: number
  /** WebSocket close code where the error ends the connection; null where the connection goes on. */
  closes: number | null
  retryable: boolean
  zh: string
  en: string
}

export type ErrorCode = keyof typeof ERRORS

/** An error that may be told to the client. `detail` is added to the table's sentence; it must hold no secret. */
export class ProtocolError extends Error {
  readonly code: ErrorCode
  readonly detail: string | undefined

  constructor(code: ErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail === undefined ? ERRORS[code].en : `${ERRORS[code].en} ${detail}`, options)
    this.name = 'ProtocolError'
    this.code = code
    this.detail = detail
  }
}

/** The sentence for `code` in the visitor's language (Chinese unless `locale` starts with `en`). */
export function errorSentence(code: ErrorCode, locale?: string): string {
  return locale?.toLowerCase().startsWith('en') ? ERRORS[code].en : ERRORS[code].zh
}
