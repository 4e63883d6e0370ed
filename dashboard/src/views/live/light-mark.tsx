// A status mark beside a word that already says the same: for the eye only, so that nothing is read out twice.
import type { Light } from '@narrows/contract';
import { StatusMark } from '../parts/status-mark.js';

export function LightMark({ light, size }: { light: Light; size?: number }) {
  return <span aria-hidden="true" className="contents"><StatusMark light={light} {...(size === undefined ? {} : { size })} /></span>;
}
