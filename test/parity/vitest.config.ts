import { defineConfig } from 'vitest/config';

/** One engine behind all doors, over thousands of manifests; `npm test` leaves it out. */
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/../..`,
    include: ['test/parity/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 300_000,
  },
});
