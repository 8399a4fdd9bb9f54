import type { StageTexts } from './stage-texts.ts'

export const stageZhTW: StageTexts = {
  stage: (name) => `${name}的 AI 形象與語音`,
  quiet: '停下',
  again: '再聽一遍',
  speed: '語速',
  slow: '長輩慢速',
  captions: '字幕',
  larger: '放大形象',
  hint: '提問後，我會把回答講給您聽。',
  thinking: '正在想怎麼講…',
  locked: '點這裡開啟聲音',
  lockedHint: '瀏覽器還沒有允許出聲，先看字幕。',
  noVoice: '這裡沒有可用的普通話語音，先看字幕。',
  browserVoice: '正在用瀏覽器自帶的語音。',
  photo: '照片只能張合嘴，口型僅供參考。',
  noModel: '照片或三維形象沒有載入成功，先用手繪形象。',
}
