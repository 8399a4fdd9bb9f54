import type { StageTexts } from './stage-texts.ts'

export const stageEn: StageTexts = {
  stage: (name) => `AI face and voice of ${name}`,
  quiet: 'Quiet',
  again: 'Hear again',
  speed: 'Speed',
  slow: 'Slow speech',
  captions: 'Captions',
  larger: 'Larger face',
  hint: 'Ask something and I will tell you the answer aloud.',
  thinking: 'Thinking how to put it…',
  locked: 'Tap to turn on the sound',
  lockedHint: 'The browser does not allow sound yet; here are captions.',
  noVoice: 'There is no Mandarin voice here; here are captions.',
  browserVoice: 'Speaking with a voice of your browser.',
  photo: 'A photo can only open and close its mouth.',
  noModel: 'The photo or 3-D figure could not be loaded; here is a drawn one.',
}
