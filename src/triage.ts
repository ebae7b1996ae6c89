import { messageOf, UsageError } from './core/errors.ts';
import type { Incident, Label } from './core/incident.ts';
import type { Log } from './core/log.ts';
import type { ModelRegistry } from './core/model.ts';
import { triageModel } from './core/names.ts';
import type { IncidentStore, SettingsStore } from './core/store.ts';
import type { TriageControl, TriageModel, TriageTraining } from './core/triage.ts';
import type { Watch } from './core/watch.ts';
import { runWorker } from './run-worker.ts';
import { examplesOf } from './triage/examples.ts';
import { lookAt } from './triage/look.ts';
import { revivedTriage, storedTriage } from './triage/model-file.ts';
import { type PastIncident, pastMs } from './triage/past-features.ts';
import { tallySince } from './triage/report.ts';
import { neededLabels, type TriageInput } from './triage/train-triage.ts';

export type TriageOptions = {
  readonly incidents: Pick<IncidentStore, 'recent'>;
  readonly settings: SettingsStore;
  readonly registry: Pick<ModelRegistry, 'save' | 'load'>;
  readonly watches: readonly Watch[];
  readonly seed: number;
  readonly code: string;
  readonly now: () => number;
  readonly log: Log;
  readonly workerUrl?: URL;
};

export type Triage = {
  readonly control: TriageControl;
  /** Reads what happened before, the model, and which watches are on. What can't be read is said in the log and read later. */
  load(signal: AbortSignal): Promise<void>;
  /** Takes note of how incidents are, and looks at those of which a look is due; gives those that changed. */
  look(known: readonly Incident[]): readonly Incident[];
  isOn(watch: string): boolean;
  /** Learns anew in a worker when enough labels have come. Never throws. */
  catchUp(signal: AbortSignal): Promise<void>;
};

/** So many incidents are read when the bot starts, and when it learns. */
const mostRead = 5_000;
/** In a storm no more than this are looked at in one step; the others in the next ones. */
const mostLooks = 50;
/** It is learnt anew when so much more has been labelled, and not more often than this. */
const [newLabels, learnEveryMs] = [5, 10 * 60_000];
const deadlineMs = 5 * 60_000;
const settingOf = (watch: string): string => `triage ${watch}`;

/** Learning from people which incidents are real: looks at each, learns from labels, and says what is likely noise. */
export function createTriage(options: TriageOptions): Triage {
  const { incidents, settings, registry, watches, seed, code, now, log } = options;
  const url = options.workerUrl ?? new URL('./triage-worker.ts', import.meta.url);
  const past = new Map<string, Incident>();
  const on = new Set<string>();
  let model: TriageModel | null = null;
  let trouble: string | null = null;
  let learntAt = Number.NEGATIVE_INFINITY;
  let learntLabels = 0;
  let learning = false;

  const labelled = () => examplesOf([...past.values()]);

  function note(known: readonly Incident[]): void {
    for (const incident of known) past.set(incident.id, incident);
    for (const [id, { openedAt, label }] of past)
      if (now() - openedAt > pastMs && (label === null || past.size > mostRead)) past.delete(id);
  }

  function look(known: readonly Incident[]): readonly Incident[] {
    note(known);
    let before: readonly PastIncident[] | null = null;
    const pastOf = (): readonly PastIncident[] => {
      before ??= [...past.values()].map((incident) => ({ incident, label: incident.label?.is ?? null }));
      return before;
    };
    const looked: Incident[] = [];
    for (const incident of known) {
      if (looked.length === mostLooks) break;
      const metrics = watches.find(({ name }) => name === incident.watch)?.metrics;
      if (metrics === undefined || incident.state.kind === 'resolved') continue;
      const next = lookAt(incident, model, { now: now(), past: pastOf, metrics });
      if (next !== null) looked.push(next);
    }
    note(looked);
    return looked;
  }

  async function learn(signal: AbortSignal): Promise<void> {
    const examples = examplesOf(await incidents.recent(mostRead));
    learntLabels = examples.length;
    const job: TriageInput = { examples, seed, now: now(), code };
    const what = 'learning from labels';
    const outcome = await runWorker<TriageInput, TriageTraining>({ url, job, deadlineMs, what }, signal);
    if (outcome.kind === 'too few labels') return;
    await registry.save(storedTriage(outcome.model), signal);
    model = outcome.model;
    const { version, cutoff } = model;
    log.info('what is likely noise was learnt from labels', { version, examples: examples.length, ...cutoff });
  }

  async function loadModel(signal: AbortSignal): Promise<void> {
    const loaded = await registry.load(triageModel, revivedTriage, signal);
    if (loaded === null) return;
    model = loaded.revived;
    learntLabels = loaded.info.rows;
    for (const because of loaded.passedOver) log.warn('an older model of what is likely noise is used', { because });
  }

  return {
    isOn: (watch) => on.has(watch),
    look,
    async load(signal) {
      try {
        note(await incidents.recent(mostRead));
        for (const { name } of watches) if ((await settings.get(settingOf(name))) === 'on') on.add(name);
        await loadModel(signal);
      } catch (error) {
        trouble = messageOf(error);
        log.warn('what was learnt from labels could not be read; it is learnt anew', { error });
      }
    },
    async catchUp(signal) {
      const examples = labelled();
      const real = examples.filter(({ label }) => label === 'real').length;
      const isEnough = Math.min(real, examples.length - real) >= neededLabels;
      const isNew = model === null || examples.length >= learntLabels + newLabels;
      if (learning || !isEnough || !isNew || now() - learntAt < learnEveryMs) return;
      [learning, learntAt] = [true, now()];
      try {
        await learn(signal);
        trouble = null;
      } catch (error) {
        if (signal.aborted) return;
        trouble = messageOf(error);
        log.warn('nothing was learnt from labels; what was known before stays', { error });
      } finally {
        learning = false;
      }
    },
    control: {
      show() {
        const examples = labelled();
        const count = (label: Label): number => examples.filter((one) => one.label === label).length;
        return {
          ...{ model, trouble, needed: neededLabels, isOn: [...on] },
          labels: { real: count('real'), noise: count('noise'), expected: count('expected') },
          since: model === null ? null : tallySince(model, examples),
        };
      },
      async turn(watch, isOn) {
        if (isOn && !(model?.cutoff.isProven ?? false))
          throw new UsageError('It is not known well enough yet what is noise: "triage show" says what it takes.');
        await settings.set(settingOf(watch), isOn ? 'on' : 'off');
        if (isOn) on.add(watch);
        else on.delete(watch);
      },
    },
  };
}
