// What is asked of the planner: where the crowd comes from and how large it is, and either a wait to keep or servers that
// are given. What is typed goes into the address when it is sent off; what cannot be read is said and changes nothing.
import type { PlanPlace } from '@narrows/contract';
import { useState, type FormEvent } from 'react';
import type { PlanProfile } from '../../app/url-state.js';
import { useUrlState } from '../../app/use-url-state.js';
import { useLocale } from '../../i18n/locale.js';

const PROFILES: readonly PlanProfile[] = ['now', 'opening', 'drawn'];
const TARGET_DEFAULT_MS = 3_000;
const POINTS_DEFAULT = '0:5,10:60,30:60,60:5';

export function PlanForm({ places }: { places: readonly PlanPlace[] }) {
  const { words: { history: { plan: words } } } = useLocale();
  const { state, set } = useUrlState();
  const profile = state.profile ?? 'now';
  const [typed, setTyped] = useState<{ times?: string; points?: string; target?: string }>({});
  const times = typed.times ?? String(state.times ?? 1);
  const target = typed.target ?? String((state.target ?? TARGET_DEFAULT_MS) / 1_000);
  const wrongTimes = !(Number(times) >= 0.01 && Number(times) <= 1_000);
  const wrongTarget = !(Number(target) >= 0.001 && Number(target) <= 3_600);
  const given = state.servers !== undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (wrongTimes || wrongTarget) return;
    set({ times: Number(times) === 1 ? undefined : Number(times), target: Math.round(Number(target) * 1_000), ...(profile === 'drawn' ? { points: typed.points ?? state.points ?? POINTS_DEFAULT } : {}) });
    setTyped({});
  };
  const today = places.flatMap(({ stage, channel, serversToday }) => (serversToday === null ? [] : [`${channel === '' ? stage : `${stage}/${channel}`}=${serversToday}`])).join(',');
  return (
    <form className="plan-form" onSubmit={submit}>
      <fieldset>
        <legend>{words.crowd}</legend>
        <span className="segmented" role="group" aria-label={words.crowd}>
          {PROFILES.map((one) => <button key={one} type="button" aria-pressed={profile === one} onClick={() => { set({ profile: one === 'now' ? undefined : one, points: one === 'drawn' ? state.points ?? POINTS_DEFAULT : undefined }); }}>{words.profiles[one]}</button>)}
        </span>
      </fieldset>
      {profile === 'drawn'
        ? <label>{words.points}<input className="field wide" value={typed.points ?? state.points ?? POINTS_DEFAULT} placeholder={words.pointsHint} title={words.pointsHint} spellCheck={false} onChange={(event) => { setTyped({ ...typed, points: event.target.value }); }} /></label>
        : <label>{words.times}<input className="field narrow" inputMode="decimal" value={times} aria-invalid={wrongTimes} title={wrongTimes ? words.wrongTimes : ''} onChange={(event) => { setTyped({ ...typed, times: event.target.value }); }} /></label>}
      <fieldset>
        <legend>{words.question}</legend>
        <span className="segmented" role="group" aria-label={words.question}>
          <button type="button" aria-pressed={!given} onClick={() => { set({ servers: undefined }); }}>{words.servers}</button>
          <button type="button" aria-pressed={given} disabled={today === '' && !given} onClick={() => { set({ servers: today }); }}>{words.waits}</button>
        </span>
      </fieldset>
      {!given && <label>{words.target} ({words.targetHint})<input className="field narrow" inputMode="decimal" value={target} aria-invalid={wrongTarget} title={wrongTarget ? words.wrongTarget : ''} onChange={(event) => { setTyped({ ...typed, target: event.target.value }); }} /></label>}
      <button type="submit" className="control" disabled={wrongTimes || wrongTarget}>{words.compute}</button>
      {(wrongTimes || wrongTarget) && <p role="alert" className="text-stuck">{wrongTimes ? words.wrongTimes : words.wrongTarget}</p>}
    </form>
  );
}
