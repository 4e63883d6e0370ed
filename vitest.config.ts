// One Vitest for the whole house. `unit` sits beside the code it tests and starts no process; `process` starts
// processes, engines and PostgreSQL, one file at a time, since two at once on two cores would measure each other.
import { defineConfig } from 'vitest/config';

const rooms = ['contract', 'agent', 'collector', 'demo-system', 'scripts'];
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: rooms.flatMap((r) => [`${r}/src/**/*.test.ts`, `${r}/*.test.ts`]), environment: 'node' } },
      { test: { name: 'dashboard', include: ['dashboard/src/**/*.test.{ts,tsx}'], environment: 'happy-dom', css: true } },
      {
        test: {
          name: 'process', include: ['test/**/*.test.ts', '*/test/**/*.test.ts'], environment: 'node',
          fileParallelism: false, testTimeout: 180_000, hookTimeout: 180_000, sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
