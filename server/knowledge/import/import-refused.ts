/** Why a file is not taken, in the two languages of the console. What follows says of this one file, if there is more to say. */
export const IMPORT_REFUSALS = {
  'file-too-large': {
    zh: '文件太大了：每个文件最多 50 MB，文字最多 200 万字。请分成几份再上传。',
    en: 'This file is too large: at most 50 MB and 2,000,000 characters each. Please split it.',
  },
  'file-empty': {
    zh: '文件里没有文字，是空的。',
    en: 'There is no text in this file.',
  },
  'file-broken': {
    zh: '文件打不开，可能已经损坏。请在自己的电脑上打开看看，重新保存后再上传。',
    en: 'This file cannot be read; it may be damaged. Please open it yourself, save it again, and retry.',
  },
  'file-encrypted': {
    zh: '文件有密码，读不了。请去掉密码后再上传。',
    en: 'This file is protected by a password. Please remove it and retry.',
  },
  'file-no-text': {
    zh: '文件里只有图片，没有能读的文字（多半是扫描件）。请先做文字识别（OCR），或者上传带文字的版本。',
    en: 'This file holds pictures but no readable text (probably a scan). Please run text recognition on it first.',
  },
  'file-font-missing': {
    zh: '文件里的中文字体没有一起存进去，有些字读不出来。请在 Word 或 WPS 里重新导出 PDF 并选择嵌入字体，或者直接上传 DOCX。',
    en: 'Fonts that this file needs for Chinese text are not in it, so some of it cannot be read. Please export the PDF again with its fonts embedded, or upload the DOCX.',
  },
  'file-type-unknown': {
    zh: '不支持这种文件。可以上传 Markdown、TXT、DOCX、PDF、HTML，或者装着它们的 ZIP。',
    en: 'Files of this kind are not taken. Upload Markdown, TXT, DOCX, PDF, HTML, or a ZIP of them.',
  },
  'file-extension-wrong': {
    zh: '文件名的后缀和内容对不上。请改成正确的后缀再上传。',
    en: 'The ending of the file name does not fit what is in it. Please correct it and retry.',
  },
  'zip-bomb': {
    zh: '压缩包解开以后大得不正常（超过 100 MB 或 100 倍），整包没有收。',
    en: 'This archive unpacks to far too much (over 100 MB, or 100 times its size). Nothing of it was taken.',
  },
  'zip-too-many': {
    zh: '压缩包里文件太多了，最多 200 个。请分成几包上传。',
    en: 'There are too many files in this archive: at most 200. Please split it.',
  },
} as const satisfies Record<string, { zh: string; en: string }>

export type ImportRefusal = keyof typeof IMPORT_REFUSALS

/** A file that is not taken. `detail` is of this file: a line, the true kind of it; it holds none of its text. */
export class ImportRefused extends Error {
  readonly code: ImportRefusal
  readonly detail: string | undefined

  constructor(code: ImportRefusal, detail?: string, options?: ErrorOptions) {
    super(IMPORT_REFUSALS[code].en, options)
    this.name = 'ImportRefused'
    this.code = code
    this.detail = detail
  }
}

/** The words for a person: English where `locale` starts with `en`, Chinese otherwise. */
export function refusalSentence({ code, detail }: Pick<ImportRefused, 'code' | 'detail'>, locale?: string): string {
  const english = locale?.toLowerCase().startsWith('en') === true
  const sentence = IMPORT_REFUSALS[code][english ? 'en' : 'zh']
  if (detail === undefined) return sentence
  return english ? `${sentence} (${detail})` : `${sentence}（${detail}）`
}
