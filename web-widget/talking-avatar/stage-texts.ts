/** What the stage says. The Chinese text fixes which texts there are. */
const zhCN = {
  stage: (name: string) => `${name}的 AI 形象与语音`,
  quiet: '停下',
  again: '再听一遍',
  speed: '语速',
  slow: '长辈慢速',
  captions: '字幕',
  larger: '放大形象',
  hint: '提问后，我会把回答讲给您听。',
  thinking: '正在想怎么讲…',
  locked: '点这里开启声音',
  lockedHint: '浏览器还没有允许出声，先看字幕。',
  noVoice: '这里没有可用的普通话语音，先看字幕。',
  browserVoice: '正在用浏览器自带的语音。',
  photo: '照片只能张合嘴，口型仅供参考。',
  noModel: '照片或三维形象没有加载成功，先用手绘形象。',
}

export type StageTexts = { readonly [K in keyof typeof zhCN]: (typeof zhCN)[K] }

/** The texts for a tag of `pickTag`; Chinese where they cannot be loaded. */
export async function stageTextsOf(tag: string): Promise<StageTexts> {
  try {
    if (tag === 'en') return (await import('./stage-texts-en.ts')).stageEn
    if (tag !== 'zh-CN') return (await import('./stage-texts-zh-tw.ts')).stageZhTW
  } catch {
    // Chinese is there already.
  }
  return zhCN
}
