// The moment under the pointer, shared by all charts of the page: each shows its value then. It lives beside React's
// state, so that moving the mouse redraws a hair line and a few numbers and nothing else.
import { createContext, useContext, useState, useSyncExternalStore, type ReactNode } from 'react';

class MomentStore {
  private atMs: number | null = null;
  private readonly listeners = new Set<() => void>();
  readonly get = (): number | null => this.atMs;
  readonly set = (atMs: number | null): void => {
    if (atMs === this.atMs) return;
    this.atMs = atMs;
    for (const listener of this.listeners) listener();
  };
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => { this.listeners.delete(listener); };
  };
}

const MomentContext = createContext<MomentStore | null>(null);

export function MomentProvider({ children }: { children: ReactNode }) {
  const [store] = useState(() => new MomentStore());
  return <MomentContext value={store}>{children}</MomentContext>;
}

/** The shared moment (null: the pointer is on no chart) and the way to set it. */
export function useMoment(): { momentMs: number | null; setMoment: (atMs: number | null) => void } {
  const store = useContext(MomentContext);
  if (store === null) throw new Error('useMoment outside of MomentProvider');
  return { momentMs: useSyncExternalStore(store.subscribe, store.get), setMoment: store.set };
}
