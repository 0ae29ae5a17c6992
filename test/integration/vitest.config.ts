import { defineConfig } from 'vitest/config';

/** Tests that install packages or tools; `npm test` leaves them out. */
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/../..`,
    include: ['test/integration/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 900_000,
  },
});
