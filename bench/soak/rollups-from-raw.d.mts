// Shapes of `rollups-from-raw.mjs`, which runs without a build step.
import type { StoreReader } from '../../collector/dist/store/store.js';

export declare function rollupsAndOracles(store: StoreReader): Promise<{ table: string; stored: unknown[]; expected: unknown[] }[]>;
