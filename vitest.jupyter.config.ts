import { defineConfig } from "vitest/config";

/** `npm run test:jupyter`: our kernel under Jupyter's own programs, a minute or two; needs a Python that has them. */
export default defineConfig({
  test: {
    include: ["test/jupyter/clients/*.long.ts"],
    pool: "forks",
    maxWorkers: 1,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
