// Rows of which only those in sight are in the document. The one place that calls the virtualiser, so that its options
// are the same for every list.
import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import type { RefObject } from 'react';

/** Rows drawn above and below what is in sight, so that fast scrolling shows no gaps. */
const OVERSCAN = 14;

/** `headerHeight`: of a header that sticks to the top inside the scroller. */
export function useRows(count: number, scroller: RefObject<HTMLDivElement | null>, rowHeight: number, headerHeight = 0): Virtualizer<HTMLDivElement, Element> {
  // The React Compiler, which cannot memoise what it returns, is not used here.
  // oxlint-disable-next-line react/incompatible-library
  return useVirtualizer({ count, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: OVERSCAN, scrollPaddingEnd: headerHeight });
}
