import type { Me, Role } from '../../server/protocol/console-account.ts'
import type { PreviewLine } from '../../server/protocol/console-correction.ts'
import type { QueueReason, QueueRow, TurnDetail } from '../../server/protocol/console-queue.ts'
import type { ConsoleScript } from './console-server.ts'

const HOUR = 3_600_000
const STORY =
  '# 第一次带徒弟\n\n一九九八年春天，厂里让我带第一个徒弟小周。他手很稳，就是怕火花。我没有催他，先让他戴着面罩看了三天。第四天我握着他的手，焊了一道十公分长的平缝。\n\n后来他问我，怎样才算学会。我说，你焊的那道缝，敢不敢签上自己的名字？敢签，就算学会了。那年年底，他的焊缝探伤一次合格率到了百分之九十八。'
const QUOTE = '我没有催他，先让他戴着面罩看了三天。第四天我握着他的手，焊了一道十公分长的平缝。'
const SECOND = '我说，你焊的那道缝，敢不敢签上自己的名字？敢签，就算学会了。'
const POLICY =
  '第七条　市级劳模和工匠人才创新工作室，由所在单位提出申请，经区总工会审核后报市总工会命名。命名后给予一次性补助，专项用于设备购置和培训。'

export function meOf(role: Role): Me {
  return {
    account: {
      id: 'account-1',
      login: 'lin',
      name: role === 'lecturer' ? '林悦' : '陈晓',
      role,
      personaId: role === 'lecturer' ? 'lin-yue' : null,
      secondFactor: false,
      disabled: false,
      createdAt: 0,
      lastSeenAt: null,
    },
    csrfToken: 'csrf-token',
    settings: { lecturerApproves: true, secondPersonPublishes: false, requireSecondFactor: false },
    personas:
      role === 'lecturer'
        ? [{ id: 'lin-yue', name: '林悦', paused: false }]
        : [
            { id: 'lin-yue', name: '林悦', paused: false },
            { id: 'zhou-heng', name: '周衡', paused: true },
          ],
    transcription: false,
  }
}

function row(
  answerId: string,
  question: string,
  answer: string,
  reasons: QueueReason[],
  more: Partial<QueueRow> = {},
): QueueRow {
  return {
    answerId,
    personaId: 'lin-yue',
    personaName: '林悦',
    question,
    answer,
    outcome: 'grounded',
    reasons,
    count: 1,
    countWeek: 1,
    lastAskedAt: Date.now() - 3 * HOUR,
    state: 'waiting',
    decidedBy: null,
    leasedBy: null,
    ...more,
  }
}

function citation(index: number, documentId: string, title: string, text: string, quote: string) {
  const start = text.indexOf(quote)
  const kind = documentId.startsWith('policies') ? ('policy' as const) : ('story' as const)
  return { index, documentId, title, kind, quote, start, end: start + quote.length, quoteSha256: '0'.repeat(64) }
}

function turn(answerId: string, question: string, more: Partial<TurnDetail> = {}): TurnDetail {
  const story = 'stories/lin-yue/first-apprentice'
  return {
    answerId,
    personaId: 'lin-yue',
    personaName: '林悦',
    question,
    askedAt: Date.now() - 3 * HOUR,
    channel: 'websocket',
    site: 'portal.example.cn',
    forgotten: false,
    outcome: 'grounded',
    sentences: [
      { text: '这个问题问得好。', support: null, citations: [] },
      {
        text: '我带第一个徒弟的时候没有催他，先让他戴着面罩看了三天，第四天才握着他的手焊了一道平缝。',
        support: 0.86,
        citations: [0],
      },
      { text: '在我看来，敢在自己焊的缝上签名字，就算学会了。', support: 0.74, citations: [1] },
      { text: '现在市里给创新工作室每年都发补助。', support: 0.52, citations: [2] },
    ],
    citations: [
      citation(0, story, '第一次带徒弟', STORY, QUOTE),
      citation(1, story, '第一次带徒弟', STORY, SECOND),
      citation(
        2,
        'policies/studio',
        '市级工匠创新工作室管理办法',
        POLICY,
        '命名后给予一次性补助，专项用于设备购置和培训。',
      ),
    ],
    withheld: [{ text: '我一共带出了四十六个徒弟。', reason: 'number-unsupported', detail: '四十六个' }],
    retrieved: [
      {
        passageId: `${story}#0`,
        documentId: story,
        title: '第一次带徒弟',
        score: 0.83,
        text: STORY.slice(STORY.indexOf('一九九八')),
        changed: false,
        cited: true,
      },
      {
        passageId: 'policies/studio#7',
        documentId: 'policies/studio',
        title: '市级工匠创新工作室管理办法',
        score: 0.61,
        text: POLICY,
        changed: true,
        cited: true,
      },
      {
        passageId: 'stories/lin-yue/bridge#3',
        documentId: 'stories/lin-yue/bridge',
        title: '大桥工地的四十天',
        score: 0.44,
        text: '大桥合龙那天，我在桥底下焊最后一道仰缝，焊完抬头，天已经亮了。',
        changed: false,
        cited: false,
      },
    ],
    making: {
      searchText: '林悦师傅怎么带徒弟，怎样算学会',
      model: 'qwen3-32b',
      promptId: 'persona-answer',
      promptHash: '3f2a9c1d8e',
      fallbackReason: null,
      answerability: 0.81,
      timings: { understood: 180, retrieved: 420, firstToken: 900, firstSentence: 1400, ended: 3200 },
    },
    feedback: { rating: 'down', reason: null, comment: '补助不是每年都发吧？', givenAt: Date.now() - 2 * HOUR },
    earlier: [
      {
        question: '您好，您是做什么的？',
        answer: '我是焊工林悦，在车间干了二十多年。',
        askedAt: Date.now() - 4 * HOUR,
      },
      { question: '您带过徒弟吗？', answer: '带过，第一个徒弟是小周。', askedAt: Date.now() - 4 * HOUR },
    ],
    reasons: ['thumbs-down', 'withheld', 'low-support'],
    state: 'waiting',
    revision: 3,
    decisions: [],
    equal: 12,
    corrections: [],
    lease: null,
    previous: null,
    next: null,
    ...more,
  }
}

const previewLines: PreviewLine[] = [
  { type: 'progress', done: 400, total: 1204 },
  {
    type: 'row',
    set: 'same',
    question: '您怎么带徒弟？怎样才算学会？',
    count: 37,
    hit: true,
    similarity: 1,
    before: '我带第一个徒弟的时候没有催他，先让他戴着面罩看了三天。现在市里给创新工作室每年都发补助。',
    after: '我带第一个徒弟的时候没有催他，先让他戴着面罩看了三天。创新工作室命名后有一次性补助。',
    warning: false,
    answerId: 'a1',
  },
  {
    type: 'row',
    set: 'same',
    question: '带徒弟有啥窍门',
    count: 1,
    hit: false,
    similarity: 0.41,
    before: '',
    after: '',
    warning: true,
    answerId: null,
  },
  {
    type: 'row',
    set: 'past',
    question: '林师傅，徒弟学到什么程度算出师？',
    count: 9,
    hit: true,
    similarity: 0.88,
    before: '敢在焊缝上签名字，就算学会了。',
    after: '我带第一个徒弟的时候没有催他，先让他戴着面罩看了三天。创新工作室命名后有一次性补助。',
    warning: false,
    answerId: 'a7',
  },
  {
    type: 'row',
    set: 'near',
    question: '带徒弟有补贴吗？',
    count: 4,
    hit: false,
    similarity: 0.52,
    before: '命名后给予一次性补助，专项用于设备购置和培训。',
    after: '',
    warning: false,
    answerId: 'a8',
  },
  { type: 'progress', done: 1204, total: 1204 },
  {
    type: 'row',
    set: 'golden',
    question: '怎样才算学会焊接？',
    count: 1,
    hit: true,
    similarity: 0.79,
    before: '我说，你焊的那道缝，敢不敢签上自己的名字？',
    after: '我带第一个徒弟的时候没有催他，先让他戴着面罩看了三天。创新工作室命名后有一次性补助。',
    warning: true,
    answerId: null,
  },
  { type: 'summary', previewId: 'preview-1', replayed: 1204, changed: 2, warnings: 2, days: 90 },
]

/** A lecturer's morning: a few answers to look at, corrections, questions without an answer. */
export function consoleScript(role: Role = 'lecturer'): ConsoleScript {
  const now = Date.now()
  const rows = [
    row(
      'a1',
      '您怎么带徒弟？怎样才算学会？',
      '我带第一个徒弟的时候没有催他，先让他戴着面罩看了三天，第四天才握着他的手焊了一道平缝。',
      ['thumbs-down', 'withheld', 'low-support'],
      { count: 37, countWeek: 12 },
    ),
    row('a2', '工伤认定申请要在多少天内提出？', '', ['declined', 'ask-lecturer'], {
      outcome: 'declined',
      count: 9,
      countWeek: 4,
      lastAskedAt: now - 26 * HOUR,
    }),
    row('a3', '林师傅，您得过哪些荣誉？', '我得过市五一劳动奖章，那是二〇〇九年的事。', ['source-changed'], {
      leasedBy: '王助理',
      lastAskedAt: now - 40 * HOUR,
    }),
    row('a4', '女焊工会不会很辛苦？', '说不辛苦是假的，夏天面罩里头能倒出水来。可焊花一亮，我就忘了热。', ['sample'], {
      count: 3,
      countWeek: 3,
      lastAskedAt: now - 70 * HOUR,
    }),
  ]
  const correction = {
    id: 'c1',
    personaId: 'lin-yue',
    personaName: '林悦',
    state: 'live' as const,
    question: '工匠创新工作室的补助每年都有吗？',
    phrasings: ['创新工作室补助多久发一次', '补助是不是年年发'],
    notThese: ['带徒弟有补贴吗？'],
    answer: '不是每年都有。创新工作室命名以后有一次性补助，用来买设备、搞培训。',
    source: { kind: 'own-words' as const, saidOn: '2026-11-02', note: '在车间带徒弟时讲的' },
    revision: 4,
    version: 2,
    fromAnswerId: 'a1',
    authorName: '陈晓',
    approvedByName: '林悦',
    createdAt: now - 400 * HOUR,
    changedAt: now - 30 * HOUR,
    liveAt: now - 30 * HOUR,
    sourceChanged: false,
    hits: 16,
    awaits: null,
  }
  const version = (number: number, answer: string, state: 'live' | 'superseded') => ({
    version: number,
    state,
    question: correction.question,
    phrasings: correction.phrasings,
    notThese: correction.notThese,
    answer,
    source: correction.source,
    by: '陈晓',
    at: now - (60 - number * 10) * HOUR,
    reason: number === 1 ? null : '把「一次性」说清楚',
  })
  return {
    me: meOf(role),
    queue: {
      rows,
      next: null,
      waiting: 23,
      counts: {
        declined: 8,
        'thumbs-down': 5,
        reported: 0,
        'ask-lecturer': 3,
        withheld: 6,
        'low-support': 4,
        'source-changed': 1,
        sample: 2,
      },
    },
    turns: {
      a1: turn('a1', '您怎么带徒弟？怎样才算学会？', { next: 'a2' }),
      a2: turn('a2', '工伤认定申请要在多少天内提出？', {
        outcome: 'declined',
        sentences: [
          { text: '这件事我手头的资料里没有，不敢乱讲，您可以问问所在单位的工会。', support: null, citations: [] },
        ],
        citations: [],
        withheld: [],
        reasons: ['declined', 'ask-lecturer'],
        equal: 0,
        earlier: [],
        previous: 'a1',
        next: 'a3',
        feedback: null,
      }),
      a3: turn('a3', '林师傅，您得过哪些荣誉？', {
        previous: 'a2',
        next: 'a4',
        lease: { by: '王助理', mine: false, until: now + 300_000 },
      }),
      a4: turn('a4', '女焊工会不会很辛苦？', {
        previous: 'a3',
        equal: 0,
        withheld: [],
        feedback: null,
        reasons: ['sample'],
      }),
    },
    views: [{ id: 'view-1', name: '本周被说不准的', filter: { reason: 'thumbs-down' } }],
    corrections: [
      {
        correction,
        versions: [
          version(2, correction.answer, 'live'),
          version(1, '不是每年都有，命名以后有补助，用来买设备。', 'superseded'),
        ],
      },
      {
        correction: {
          ...correction,
          id: 'c2',
          state: 'reviewed',
          question: '您是哪一年开始学焊接的？',
          answer: '一九九一年，我十九岁，技校毕业就进了厂。',
          approvedByName: null,
          awaits: 'lecturer',
          hits: 0,
          changedAt: now - 5 * HOUR,
          fromAnswerId: null,
          liveAt: null,
        },
        versions: [],
      },
      {
        correction: {
          ...correction,
          id: 'c3',
          question: '市五一劳动奖章是哪年得的？',
          answer: '二〇〇九年，那一年我三十七岁。',
          sourceChanged: true,
          hits: 4,
          changedAt: now - 90 * HOUR,
          fromAnswerId: null,
        },
        versions: [],
      },
    ],
    preview: previewLines,
    previewPause: 0,
    clusters: [
      {
        personaId: 'lin-yue',
        question: '工伤认定申请要在多少天内提出？',
        count: 9,
        asking: 2,
        lastAskedAt: now - 26 * HOUR,
        answerIds: ['a2'],
        others: ['受了工伤多久之内要申报', '工伤申请有没有期限'],
        near: [{ documentId: 'policies/studio', title: '市级工匠创新工作室管理办法' }],
      },
      {
        personaId: 'lin-yue',
        question: '您平时喜欢吃什么？',
        count: 3,
        asking: 0,
        lastAskedAt: now - 100 * HOUR,
        answerIds: ['a9'],
        others: [],
        near: [],
      },
    ],
    golden: [
      {
        id: 'g1',
        personaId: 'lin-yue',
        question: '怎样才算学会焊接？',
        answer: '我说，你焊的那道缝，敢不敢签上自己的名字？敢签，就算学会了。',
        keptBy: '林悦',
        keptAt: now - 200 * HOUR,
      },
      {
        id: 'g2',
        personaId: 'lin-yue',
        question: '您的第一个徒弟是谁？',
        answer: '是小周，他手很稳，就是怕火花。',
        keptBy: '陈晓',
        keptAt: now - 220 * HOUR,
      },
    ],
    pauses: [
      {
        id: 'p1',
        personaId: 'lin-yue',
        kind: 'answer',
        targetId: 'a5',
        title: '林师傅的电话是多少？',
        by: '林悦',
        at: now - 20 * HOUR,
        reason: '不该答电话',
      },
    ],
    documents: {
      'stories/lin-yue/first-apprentice': { title: '第一次带徒弟', hash: 'a'.repeat(64), text: STORY },
      'policies/studio': { title: '市级工匠创新工作室管理办法', hash: 'b'.repeat(64), text: POLICY },
    },
    failing: new Map(),
  }
}
