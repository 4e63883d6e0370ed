// The size of an element in CSS pixels, as it changes: pictures that are drawn to measure need it.
import { useLayoutEffect, useRef, useState, type RefObject } from 'react';

export interface Size { width: number; height: number }

export function useSize<E extends HTMLElement>(): [RefObject<E | null>, Size] {
  const element = useRef<E>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const observed = element.current;
    if (observed === null) return undefined;
    const measure = () => {
      const width = observed.clientWidth;
      const height = observed.clientHeight;
      setSize((before) => (before.width === width && before.height === height ? before : { width, height }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(observed);
    return () => { observer.disconnect(); };
  }, []);
  return [element, size];
}
