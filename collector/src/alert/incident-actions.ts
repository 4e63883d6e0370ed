// What people do with an incident: take it, hand it on, note something, say that it is over, write it up. Each is one line of
// its timeline with their name. What makes no sense in its state is refused in words.
import { maskPersonalData, NarrowsError, type Bilingual, type IncidentAction } from '@narrows/contract';
import type { IncidentBook, IncidentRow } from './incident-book.js';

/** Errors: QUERY_INVALID for what makes no sense now. */
export async function actOnIncident(book: IncidentBook, row: IncidentRow, { action, text: typed, owner }: IncidentAction, user: string, nowMs: number): Promise<IncidentRow> {
  // A note may quote what a citizen wrote; a personal number reaches no disk that way either.
  const text = typed === undefined ? undefined : maskPersonalData(typed);
  const say = (said: Bilingual) => book.note(row, action === 'note' ? 'note' : action === 'take' || action === 'assign' || action === 'release' ? 'taken' : 'state', user, said, nowMs);
  const isOver = row.state === 'resolved' || row.state === 'closed';
  switch (action) {
    case 'take': case 'assign': {
      const who = action === 'take' ? user : owner;
      if (who === undefined) throw invalid('owner: is needed');
      await say({ ko: `${who} 담당`, en: `${who} has it` });
      return book.update(row, { owner: who, state: isOver ? row.state : 'taken' });
    }
    case 'release':
      await say({ ko: '담당을 내려놓음', en: 'Gives it back' });
      return book.update(row, { owner: null, state: isOver ? row.state : 'open' });
    case 'note':
      if (!text?.trim()) throw invalid('text: is needed');
      await say({ ko: text, en: text });
      return row;
    case 'resolve':
      if (isOver) throw invalid('action: it is resolved already');
      await say({ ko: '해소로 바꿈', en: 'Resolved by hand' });
      return book.update(row, { state: 'resolved', resolvedAtMs: nowMs });
    case 'reopen':
      if (!isOver) throw invalid('action: it is open');
      await say({ ko: '다시 엶', en: 'Opened again' });
      return book.update(row, { state: row.owner === null ? 'open' : 'taken', resolvedAtMs: null });
    case 'close':
      if (row.state !== 'resolved') throw invalid('action: only what is resolved can be closed');
      await say({ ko: '정리를 마치고 닫음', en: 'Closed' });
      return book.update(row, { state: 'closed' });
    case 'write':
      if (text === undefined) throw invalid('text: is needed');
      await say({ ko: '사후 보고를 고침', en: 'Wrote the post-mortem' });
      return book.update(row, { postMortem: text.trim() === '' ? null : text });
  }
}

const invalid = (message: string) => new NarrowsError('QUERY_INVALID', message);
