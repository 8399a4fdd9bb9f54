const IDENTITY_CARD = /(?<![\dA-Za-z])(\d{6})\d{8}(\d{3}[\dXx])(?![\dA-Za-z])/g
const MOBILE = /(?<!\d)(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)/g

/** Hides the middle of numbers that look like a Chinese identity card or mobile phone: a list needs none of them. */
export function maskPersonal(text: string): string {
  return text.replace(IDENTITY_CARD, '$1********$2').replace(MOBILE, '$1****$2')
}
