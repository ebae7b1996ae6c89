import { defineConfig } from 'vitest/config';

/** What starts real programs takes its time. */
const real = { testTimeout: 600_000, hookTimeout: 300_000 };
/** What learns how busy this very machine is, and what promises a time to people: nothing else may be running. */
const alone = ['test/live/machine.test.ts', 'test/live/console.test.ts'];

export default defineConfig({
  test: {
    reporters: ['default', './test/closing-line.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/live/**', 'test/conformance/**', 'node_modules/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // vitest leaves one core alone, which on two cores is half of them.
          maxWorkers: '100%',
        },
      },
      { test: { name: 'conformance', include: ['test/conformance/**/*.test.ts'], testTimeout: 60_000 } },
      { test: { name: 'live', include: ['test/live/**/*.test.ts'], exclude: alone, ...real, maxWorkers: 2 } },
      { test: { name: 'live-alone', include: alone, ...real, sequence: { groupOrder: 1 }, fileParallelism: false } },
    ],
  },
});
