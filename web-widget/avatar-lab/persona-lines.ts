/** Words that YAML takes for something else than a string. */
const NOT_TEXT = /^(true|false|yes|no|on|off|y|n|null)$/i

/** The lines of a persona's front matter for a look and a voice; an empty one has no line. */
export function personaLines({ voice, avatar }: { readonly voice: string; readonly avatar: string }): string {
  return [
    ...(voice === '' ? [] : [`voice: ${scalar(voice)}`]),
    ...(avatar === '' ? [] : [`avatar: ${scalar(avatar)}`]),
  ].join('\n')
}

/** Plain where YAML reads it back as the same text, else in double quotes. */
function scalar(text: string): string {
  return /^[a-z][\w-]*$/i.test(text) && !NOT_TEXT.test(text) ? text : JSON.stringify(text)
}
