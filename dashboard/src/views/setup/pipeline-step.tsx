// The pipeline that the traffic suggests, with the reason of every line; it is corrected as YAML, and every correction is tried on live
// data before it is kept.
import type { Because } from '@narrows/contract';
import { useState } from 'react';
import { useProposal } from '../../api/setup.js';
import { useLocale } from '../../i18n/locale.js';
import { Failure } from '../parts/failure.js';
import { PipelineEditor } from './pipeline-editor.js';

export function PipelineStep({ mayChange }: { mayChange: boolean }) {
  const { words: { common, setup: { onboarding } } } = useLocale();
  const [asked, setAsked] = useState(false);
  const proposal = useProposal(asked);
  const ask = (): void => { if (asked) void proposal.refetch(); else setAsked(true); };
  return (
    <>
      <button type="button" className="control self-start" onClick={ask} disabled={proposal.isFetching}>{asked ? onboarding.proposeAgain : onboarding.propose}</button>
      {proposal.error && <Failure error={proposal.error} onRetry={ask} />}
      {asked && proposal.isPending && <p role="status" className="text-soft">{common.loading(onboarding.proposing)}</p>}
      {proposal.data && proposal.data.pipeline === null && <p className="text-soft">{onboarding.nothingToPropose}</p>}
      {proposal.data?.pipeline && (
        <>
          <ul className="flex flex-col gap-1" data-because>{proposal.data.because.map((one) => <Reason key={JSON.stringify(one)} because={one} />)}</ul>
          <p className="text-soft">{onboarding.edit}</p>
          <PipelineEditor key={proposal.data.yaml} id={proposal.data.pipeline.id} yaml={proposal.data.yaml} mayChange={mayChange} />
        </>
      )}
    </>
  );
}

function Reason({ because: { about, stage, attribute, spans, values } }: { because: Because }) {
  const { words: { setup: { because } }, format } = useLocale();
  const joined = values.join(', ');
  const text = about === 'stage' ? because.stage(stage ?? '', joined, format.count(spans)) : about === 'order' ? because.order(attribute ?? because.trace) : about === 'channel' ? because.channel(stage ?? '', attribute ?? '', joined)
    : about === 'outcome' ? because.outcome(attribute ?? '', joined) : about === 'left-out' ? because['left-out'](joined, format.count(spans)) : because[about](attribute ?? '');
  return <li data-about={about}>{text}</li>;
}
