/** What can go wrong; each has a sentence of its own. */
export type VoiceProblem =
  | 'unsupported'
  | 'denied'
  | 'noMicrophone'
  | 'busy'
  | 'tooShort'
  | 'tooQuiet'
  | 'nothingHeard'
  | 'interrupted'
  | 'offline'
  | 'network'
  | 'slow'
  | 'failed'
  | 'tooFast'
  | 'tooLong'
  | 'unreadable'
  | 'expired'
  | 'unavailable'

export interface VoiceTexts {
  /** The name of the bar for screen readers. */
  readonly bar: string
  readonly cancel: string
  readonly again: string
  readonly opening: string
  readonly hold: string
  readonly holdAway: string
  readonly tap: string
  readonly left: (seconds: number) => string
  readonly writing: string
  /** The microphone may be used from now on, but the finger had left before. */
  readonly pressAgain: string
  readonly statusListening: string
  readonly statusCancelled: string
  readonly statusFilled: (text: string) => string
  readonly problems: Readonly<Record<VoiceProblem, string>>
}

export const voiceZhCN: VoiceTexts = {
  bar: '语音输入',
  cancel: '取消语音输入',
  again: '再试一次',
  opening: '正在打开话筒…',
  hold: '松开结束，滑开取消',
  holdAway: '松开手指，取消录音',
  tap: '说完点左边的红按钮',
  left: (seconds) => `还剩 ${seconds} 秒`,
  writing: '正在转成文字…',
  pressAgain: '话筒准备好了，请再按一次说话。',
  statusListening: '正在录音，最长 55 秒',
  statusCancelled: '已取消录音',
  statusFilled: (text) => `已填进输入框，请核对后发送：${text}`,
  problems: {
    unsupported: '这里不能录音。可以点键盘上的话筒说话，或者直接打字。',
    denied: '没有话筒权限。请在浏览器或微信的设置里允许使用话筒，也可以点键盘上的话筒说话。',
    noMicrophone: '没有找到话筒。请接好话筒再试，或者直接打字。',
    busy: '话筒正被别的应用占用，请关掉后再试。',
    tooShort: '说得太短了，请按住话筒多说几个字，或者点一下开始、再点一下结束。',
    tooQuiet: '没有听到声音，请靠近话筒，大声一点再说一遍。',
    nothingHeard: '没有听清，请再说一遍。',
    interrupted: '录音中断了，请再说一遍。',
    offline: '网络断开了，暂时不能语音输入。',
    network: '网络不通，话还没有转成文字。',
    slow: '等得太久了，话还没有转成文字。',
    failed: '这次没能转成文字。',
    tooFast: '说得太频繁了，请歇一会儿再试。',
    tooLong: '录音太长了，请说短一些。',
    unreadable: '这段录音读不出来，请再说一遍。',
    expired: '这次对话已过期，请先打字问一个问题，再用语音。',
    unavailable: '这里没有开通语音转文字。可以点键盘上的话筒说话。',
  },
}

export const voiceZhTW: VoiceTexts = {
  bar: '語音輸入',
  cancel: '取消語音輸入',
  again: '再試一次',
  opening: '正在打開麥克風…',
  hold: '放開結束，滑開取消',
  holdAway: '放開手指，取消錄音',
  tap: '說完點左邊的紅按鈕',
  left: (seconds) => `還剩 ${seconds} 秒`,
  writing: '正在轉成文字…',
  pressAgain: '麥克風準備好了，請再按一次說話。',
  statusListening: '正在錄音，最長 55 秒',
  statusCancelled: '已取消錄音',
  statusFilled: (text) => `已填進輸入框，請核對後傳送：${text}`,
  problems: {
    unsupported: '這裡不能錄音。可以點鍵盤上的麥克風說話，或者直接打字。',
    denied: '沒有麥克風權限。請在瀏覽器或微信的設定裡允許使用麥克風，也可以點鍵盤上的麥克風說話。',
    noMicrophone: '沒有找到麥克風。請接好麥克風再試，或者直接打字。',
    busy: '麥克風正被別的應用程式占用，請關掉後再試。',
    tooShort: '說得太短了，請按住麥克風多說幾個字，或者點一下開始、再點一下結束。',
    tooQuiet: '沒有聽到聲音，請靠近麥克風，大聲一點再說一遍。',
    nothingHeard: '沒有聽清，請再說一遍。',
    interrupted: '錄音中斷了，請再說一遍。',
    offline: '網路斷開了，暫時不能語音輸入。',
    network: '網路不通，話還沒有轉成文字。',
    slow: '等得太久了，話還沒有轉成文字。',
    failed: '這次沒能轉成文字。',
    tooFast: '說得太頻繁了，請歇一會兒再試。',
    tooLong: '錄音太長了，請說短一些。',
    unreadable: '這段錄音讀不出來，請再說一遍。',
    expired: '這次對話已過期，請先打字問一個問題，再用語音。',
    unavailable: '這裡沒有開通語音轉文字。可以點鍵盤上的麥克風說話。',
  },
}

export const voiceEn: VoiceTexts = {
  bar: 'Voice input',
  cancel: 'Cancel voice input',
  again: 'Try again',
  opening: 'Opening the microphone…',
  hold: 'Release to finish, slide away to cancel',
  holdAway: 'Release to cancel',
  tap: 'Tap the red button when done',
  left: (seconds) => `${seconds} s left`,
  writing: 'Turning it into text…',
  pressAgain: 'The microphone is ready. Press again to speak.',
  statusListening: 'Recording, 55 seconds at most',
  statusCancelled: 'Recording cancelled',
  statusFilled: (text) => `Written into the field. Please check it, then send: ${text}`,
  problems: {
    unsupported: 'Recording is not possible here. Use the microphone on your keyboard, or type.',
    denied:
      'The microphone is not allowed. Allow it in the settings of your browser, or use the microphone on your keyboard.',
    noMicrophone: 'No microphone was found. Connect one and try again, or type.',
    busy: 'Another app is using the microphone. Close it and try again.',
    tooShort: 'That was too short. Hold the button while you speak, or tap to start and tap again to finish.',
    tooQuiet: 'No sound was heard. Please come closer and speak up.',
    nothingHeard: 'No words were understood. Please say it again.',
    interrupted: 'The recording was interrupted. Please say it again.',
    offline: 'You are offline, so voice input has to wait.',
    network: 'The network failed before your words became text.',
    slow: 'It took too long to turn your words into text.',
    failed: 'Your words could not be turned into text this time.',
    tooFast: 'Too many recordings. Please wait a moment.',
    tooLong: 'The recording is too long. Please keep it shorter.',
    unreadable: 'The recording cannot be read. Please say it again.',
    expired: 'This conversation has expired. Type a question first, then use your voice.',
    unavailable: 'Speech to text is not available here. Use the microphone on your keyboard.',
  },
}

/** The texts for a tag of `pickTag`. */
export function voiceTextsOf(tag: string): VoiceTexts {
  return tag === 'en' ? voiceEn : tag === 'zh-CN' ? voiceZhCN : voiceZhTW
}
