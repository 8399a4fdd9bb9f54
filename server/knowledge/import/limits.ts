/** What one import may take. Sizes are bytes unless they say otherwise. */
export const IMPORT_LIMITS = {
  fileBytes: 50 * 1024 * 1024,
  /** UTF-16 units of the text that comes of one file, as in `DocumentChange`. */
  characters: 2_000_000,
  /** A tree of its elements is made in memory. */
  htmlBytes: 10 * 1024 * 1024,
  zipEntries: 200,
  zipBytes: 100 * 1024 * 1024,
  zipRatio: 100,
  /** Below this size nothing is called a bomb, however well it is packed. */
  zipHarmlessBytes: 1024 * 1024,
  /** One file, from the moment that its reading begins. */
  readMs: 30_000,
  /** Of JavaScript objects in the reading thread … */
  heapMegabytes: 512,
  /** … and how much the whole process may grow meanwhile, since buffers are not in that heap. */
  growthMegabytes: 1_024,
} as const
