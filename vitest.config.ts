import { defineConfig } from 'vitest/config'

// biome-ignore lint/style/noProcessEnv: the tests' own settings; CI is what every runner sets.
const inCi = process.env.CI === 'true'

export default defineConfig({
  test: {
    testTimeout: inCi ? 60_000 : 20_000,
    hookTimeout: inCi ? 180_000 : 60_000,
    expect: { poll: { timeout: 10_000 } },
    projects: [
      {
        extends: true,
        test: { name: 'server', include: ['tests/**/*.test.ts'], exclude: ['tests/web-widget/**'] },
      },
      {
        extends: true,
        // A shared machine can freeze a browser for seconds. What fails twice in a row is a fault; the reporter names
        // what needed its second try.
        test: { name: 'browser', include: ['tests/web-widget/**/*.test.ts'], retry: inCi ? 1 : 0 },
      },
    ],
  },
})
