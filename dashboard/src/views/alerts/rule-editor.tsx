// One rule being written: only the fields that its kind has, what is wrong beside each of them, and what it would have done on
// past data before it is saved.
import { ALERT_MEASURES, CONDITION_KINDS, ROUTES, SEVERITIES, type PreviewAnswer } from '@narrows/contract';
import { useState, type ReactNode } from 'react';
import { useIngest, usePipelines } from '../../api/answers.js';
import { useChannels } from '../../api/alerts.js';
import { filled, useSend } from '../../api/send.js';
import { inLanguage, useLocale } from '../../i18n/locale.js';
import { ruleOf, type RuleForm } from '../../model/rule-form.js';
import { Field, FormFailure, useForm, type Form } from '../parts/form.js';
import { PreviewResult } from './preview-result.js';

export function RuleEditor({ id, initial, onDone }: { id: string | null; initial: RuleForm; onDone: () => void }) {
  const { words: { alerts } } = useLocale();
  const send = useSend('alert-rules');
  const [preview, setPreview] = useState<PreviewAnswer | null>(null);
  const form = useForm(initial, async (values) => {
    if (id === null) await send('POST', ROUTES.alertRules, ruleOf(values));
    else await send('PUT', filled(ROUTES.alertRule, { id }), ruleOf(values));
    onDone();
  });
  const trial = useForm({}, async () => { setPreview(await send('POST', ROUTES.alertPreview, { rule: { ...ruleOf(form.values), name: form.values.name.trim() === '' ? '-' : form.values.name } })); });
  const fault = (field: string) => form.faultOf(field) ?? trial.faultOf(field);
  const isSeries = form.values.kind !== 'verdict' && form.values.kind !== 'absence';
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4 rounded-md border border-line bg-surface p-4" data-editor>
      <div className="grid grid-cols-[repeat(auto-fill,minmax(13rem,1fr))] gap-3">
        <Text form={form} field="name" fault={fault('name')} label={alerts.rules.name} />
        <Choice form={form} field="severity" fault={fault('severity')} label={alerts.rules.severity} options={SEVERITIES.map((one) => [one, alerts.severity[one]])} />
        <Choice form={form} field="kind" fault={fault('condition.kind')} label={alerts.rules.kind} options={CONDITION_KINDS.map((one) => [one, alerts.kinds[one]])} />
      </div>
      {form.values.kind !== 'absence' && <PlaceFields form={form} fault={fault} />}
      <div className="grid grid-cols-[repeat(auto-fill,minmax(13rem,1fr))] gap-3"><ConditionFields form={form} fault={fault} /></div>
      <div className="grid grid-cols-[repeat(auto-fill,minmax(13rem,1fr))] gap-3">
        <Text form={form} field="forSeconds" fault={fault('forSeconds')} label={alerts.rules.for} />
        <Text form={form} field="keepSeconds" fault={fault('keepSeconds')} label={alerts.rules.keep} />
      </div>
      <NotifyFields form={form} />
      <FormFailure failure={form.failure} known={form.failure?.fields.map(({ field }) => field) ?? []} />
      {form.failure && form.failure.fields.length > 0 && <p role="alert" className="text-stuck">{alerts.rules.wrong}</p>}
      <div className="flex flex-wrap gap-2">
        <button type="submit" className="control" disabled={form.busy}>{alerts.save}</button>
        {isSeries && <button type="button" className="control" disabled={trial.busy} onClick={trial.onSubmit as never}>{trial.busy ? alerts.rules.previewing : alerts.rules.preview}</button>}
        <button type="button" className="control" onClick={onDone}>{alerts.cancel}</button>
        {!isSeries && <p className="self-center text-soft">{alerts.rules.noSeries}</p>}
      </div>
      {trial.failure && trial.failure.fields.length === 0 && <FormFailure failure={trial.failure} />}
      {preview && isSeries && <PreviewResult preview={preview} />}
    </form>
  );
}

type Fault = (field: string) => string | undefined;
interface FieldOf { form: Form<RuleForm>; field: keyof RuleForm; label: string; fault: string | undefined }

function Text({ form, field, label, fault, list }: FieldOf & { list?: string }) {
  return <Field label={label} fault={fault}>{(props) => <input {...props} name={field} list={list} className="field h-8" value={String(form.values[field])} onChange={(event) => { form.set({ [field]: event.target.value }); }} />}</Field>;
}

function Choice({ form, field, label, fault, options }: FieldOf & { options: readonly (readonly [string, string])[] }) {
  return (
    <Field label={label} fault={fault}>
      {(props) => <select {...props} name={field} className="field h-8" value={String(form.values[field])} onChange={(event) => { form.set({ [field]: event.target.value }); }}>{options.map(([value, text]) => <option key={value} value={value}>{text}</option>)}</select>}
    </Field>
  );
}

function PlaceFields({ form, fault }: { form: Form<RuleForm>; fault: Fault }) {
  const { words: { alerts: { rules } }, language } = useLocale();
  const pipelines = usePipelines().data?.pipelines ?? [];
  const services = useIngest(false).data?.services ?? [];
  const chosen = pipelines.find(({ id }) => id === form.values.pipeline);
  const stage = chosen?.stages.find(({ id }) => id === form.values.stage);
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-xs text-soft">{rules.where}</legend>
      <div className="grid grid-cols-[repeat(auto-fill,minmax(13rem,1fr))] gap-3">
        <Choice form={form} field="each" fault={fault('place.each')} label={rules.each} options={[['', rules.eachNone], ['stage', rules.eachOf.stage], ['channel', rules.eachOf.channel], ['service', rules.eachOf.service]]} />
        <Choice form={form} field="pipeline" fault={fault('place.pipeline')} label={rules.pipeline} options={[['', rules.any], ...pipelines.map((one) => [one.id, inLanguage(one.name, language)] as const)]} />
        {form.values.each !== 'stage' && <Choice form={form} field="stage" fault={fault('place.stage') ?? fault('place')} label={rules.stage} options={[['', rules.any], ...(chosen?.stages ?? []).map((one) => [one.id, one.name ? inLanguage(one.name, language) : one.id] as const)]} />}
        {form.values.each !== 'channel' && stage?.channels !== undefined && <Choice form={form} field="channel" fault={fault('place.channel')} label={rules.channel} options={[['', rules.any], ...Object.entries(stage.channels).map(([key, name]) => [key, inLanguage(name, language)] as const)]} />}
        {form.values.pipeline === '' && form.values.each !== 'service' && <><Text form={form} field="service" fault={fault('place.service')} label={rules.service} list="alert-services" /><datalist id="alert-services">{services.map(({ service }) => <option key={service} value={service} />)}</datalist></>}
      </div>
    </fieldset>
  );
}

function ConditionFields({ form, fault }: { form: Form<RuleForm>; fault: Fault }): ReactNode {
  const { words: { alerts } } = useLocale();
  const { rules } = alerts;
  const { kind, measure } = form.values;
  const text = (field: keyof RuleForm, label: string, path: string = field) => <Text key={field} form={form} field={field} label={label} fault={fault(`condition.${path}`)} />;
  const choice = (field: keyof RuleForm, label: string, options: readonly (readonly [string, string])[]) => <Choice key={field} form={form} field={field} label={label} fault={fault(`condition.${field}`)} options={options} />;
  const measured = [
    choice('measure', rules.measure, ALERT_MEASURES.map((one) => [one, alerts.measures[one]])), ...(measure === 'metric' || measure === 'outcome_share' ? [text('metricName', rules.metricName, 'name')] : []), text('overSeconds', rules.over),
  ];
  const direction = choice('direction', rules.direction, [['rise', rules.rise], ['fall', rules.fall], ['either', rules.either]]);
  switch (kind) {
    case 'threshold': return [...measured, choice('compare', rules.compare, [['above', rules.above], ['below', rules.below]]), text('value', rules.value), text('clear', rules.clear)];
    case 'change': return [...measured, direction, text('percent', rules.percent), text('agoSeconds', rules.ago), text('least', rules.least)];
    case 'season': return [...measured, direction, choice('season', rules.season, [['day', rules.day], ['week', rules.week]]), text('deviations', rules.deviations), text('least', rules.least)];
    case 'opening': return [...measured, direction, text('percent', rules.percent), text('openings', rules.openings, 'openings.0'), text('withinMinutes', rules.within), text('least', rules.least)];
    case 'verdict': return text('confidence', rules.confidence);
    case 'absence': return [choice('of', rules.of, (['service', 'agent', 'relay'] as const).map((one) => [one, rules.absenceOf[one]])), text('senderName', rules.senderName, 'name'), text('silentSeconds', rules.silent)];
    case 'burn_rate': return [choice('good', rules.good, (['no_error', 'satisfied'] as const).map((one) => [one, rules.goodOf[one]])), text('objective', rules.objective), text('windows', rules.windows, 'windows.0.shortMinutes')];
  }
}

function NotifyFields({ form }: { form: Form<RuleForm> }) {
  const { words: { alerts: { rules, channels: words } } } = useLocale();
  const channels = useChannels().data?.channels ?? [];
  const { notify } = form.values;
  return (
    <fieldset>
      <legend className="mb-1 text-xs text-soft">{rules.notify}</legend>
      {channels.length === 0 && <p className="text-soft">{words.none}</p>}
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {channels.map(({ id, name }) => <label key={id} className="flex items-center gap-1.5"><input type="checkbox" checked={notify.includes(id)} onChange={(event) => { form.set({ notify: event.target.checked ? [...notify, id] : notify.filter((one) => one !== id) }); }} />{name}</label>)}
      </div>
      {channels.length > 0 && <p className="text-xs text-soft">{rules.notifyNone}</p>}
    </fieldset>
  );
}
