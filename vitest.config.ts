// One Vitest for the whole house. `unit` sits beside the code it tests and starts no process; `process` starts
// processes, engines and PostgreSQL, one file at a time, since two at once on two cores would measure each other. Time limits
// end what hangs; a busy machine must not fail a test that is right (scrypt alone takes half a second there).
import { defineConfig } from 'vitest/config';

const rooms = ['contract', 'agent', 'collector', 'demo-system', 'scripts'];
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: rooms.flatMap((r) => [`${r}/src/**/*.test.ts`, `${r}/*.test.ts`]), environment: 'node', testTimeout: 60_000, hookTimeout: 60_000 } },
      { test: { name: 'dashboard', include: ['dashboard/src/**/*.test.{ts,tsx}'], environment: 'happy-dom', css: true, testTimeout: 60_000, hookTimeout: 60_000 } },
      {
        test: {
          name: 'process', include: ['test/**/*.test.ts', '*/test/**/*.test.ts'], environment: 'node',
          fileParallelism: false, testTimeout: 180_000, hookTimeout: 180_000, sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
