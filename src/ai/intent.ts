import type { Situation } from '../core/situation.ts';
import type { Watch, WatchedMetric } from '../core/watch.ts';
import { entitiesIn, standsIn, strangerIn } from './entity-names.ts';

export type WatchedIn = { readonly watch: Watch; readonly metric: WatchedMetric };

export type MetricIntent = {
  readonly kind: 'metric';
  readonly metrics: readonly WatchedIn[];
  /** Empty is all of them. */
  readonly entities: readonly string[];
  /** What was named like an entity and is none that was seen. */
  readonly stranger: string | null;
  readonly order: 'highest' | 'lowest';
  readonly asksWhich: boolean;
  readonly lastMs: number | null;
};

/** What a question asks for, as far as rules can tell. */
export type Intent =
  | { readonly kind: 'promql'; readonly query: string }
  | MetricIntent
  | { readonly kind: 'entities'; readonly entities: readonly string[] }
  | { readonly kind: 'stranger'; readonly name: string }
  | { readonly kind: 'wrong' | 'overview' | 'watched' | 'change' | 'future' | 'help' | 'thanks' | 'unknown' };

/** What people call a thing, and how metrics of it are named. */
const concepts: readonly { readonly said: RegExp; readonly named: RegExp }[] = [
  { said: /\b(cpus?|processors?|cores?|compute|load)\b/, named: /cpu|processor|load/ },
  { said: /\b(mem|memory|ram|swap|oom)\b/, named: /mem|ram|swap/ },
  { said: /\b(disks?|i\/o|io|iops|storage|ssds?)\b/, named: /disk|storage/ },
  { said: /\b(network|net|traffic|bandwidth|throughput)\b/, named: /net|traffic|bandwidth|throughput/ },
  {
    said: /\b(latency|latencies|respon(se|ds?|ding)( times?)?|slow|slower|slowest|slowness|durations?|how fast|lag)\b/,
    named: /latency|response|duration/,
  },
  { said: /\b(requests?|rps|qps)\b/, named: /request|rps|qps/ },
  { said: /\b(errors?|failures?|5xx)\b/, named: /err|fail|5xx/ },
];

const wrong =
  /\b(wrong|anomal\w*|alerts?|alarms?|incidents?|problems?|issues?|broken|trouble|firing|on fire|unusual|strange|degraded|abnormal)\b/;
const health =
  /\b(healthy|health|ok|okay|fine|well|alive|up|down|doing|status|overview|situation|going on|happening|summary|summarise|summarize|quiet)\b/;
const watched =
  /\b(which|what|list|show|all|how many)\b.*\b(hosts?|servers?|services?|machines?|nodes?|entit(y|ies)|metrics?|watch(es|ing)?|monitor(ing|ed)?)\b/;
const help = /^(hi|hello|hey|good (morning|evening|day)|ping)\b|\b(help|what can you do|who are you|commands)\b/;
const thanks = /^(many )?(thanks|thank you|thx|cheers|great|nice|good bot)\b/;
const change =
  /^(please |can you |could you )*(restart|reboot|delete|kill|stop|scale|deploy|drain|fix|ack|acknowledge|mute|silence|roll ?back)\b/;
const future = /\b(will|forecast|predict|tomorrow|next (hour|day|week))\b/;
const lowest = /\b(lowest|least|min|minimum|idle|idlest|smallest|fastest)\b/;
const which = /\b(which|who|what has|highest|most|max|maximum|top|worst|busiest|slowest|biggest|largest)\b/;

/** Reads a question with rules: backquoted PromQL first, then metrics, then entities, then how things are. */
export function intentOf(question: string, watches: readonly Watch[], situation: Situation): Intent {
  const quoted = /`([^`]+)`/
    .exec(question)?.[1]
    ?.replace(/^promql\s/, '')
    .trim();
  if (quoted !== undefined && quoted !== '') return { kind: 'promql', query: quoted };
  const text = question.toLowerCase().trim();
  if (change.test(text)) return { kind: 'change' };
  if (future.test(text)) return { kind: 'future' };
  const entities = entitiesIn(text, situation);
  const stranger = entities.length > 0 ? null : strangerIn(text);
  const metrics = metricsIn(text, watches);
  if (metrics.length > 0) return metricIntent(text, metrics, entities, stranger);
  if (entities.length > 0) return { kind: 'entities', entities };
  if (stranger !== null) return { kind: 'stranger', name: stranger };
  if (wrong.test(text)) return { kind: 'wrong' };
  if (help.test(text)) return { kind: 'help' };
  if (thanks.test(text)) return { kind: 'thanks' };
  if (watched.test(text)) return { kind: 'watched' };
  return { kind: health.test(text) ? 'overview' : 'unknown' };
}

function metricIntent(
  text: string,
  metrics: readonly WatchedIn[],
  entities: readonly string[],
  stranger: string | null,
): MetricIntent {
  const order = lowest.test(text) ? 'lowest' : 'highest';
  const asksWhich = order === 'lowest' || which.test(text);
  return { kind: 'metric', metrics, entities, stranger, order, asksWhich, lastMs: spanOf(text) };
}

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const longestSpanMs = 604_800_000;

/** "last 15 minutes", "past hour", "today": how far back, in ms, a week at most; null is now. */
function spanOf(text: string): number | null {
  const counted = /\b(\d{1,4}) ?(m|min|minutes?|h|hours?|d|days?|weeks?)\b/.exec(text);
  const single = /\b(?:last|past|an|this) (minute|hour|day|week)\b/.exec(text);
  const named = /\b(today|yesterday)\b/.test(text) ? 'd' : null;
  const unit = counted?.[2]?.[0] ?? single?.[1]?.[0] ?? named;
  const span = Number(counted?.[1] ?? 1) * (unitMs[unit ?? ''] ?? 0);
  return span === 0 ? null : Math.min(longestSpanMs, span);
}

/** Metrics by their own name, else by what people call such a thing. */
function metricsIn(text: string, watches: readonly Watch[]): readonly WatchedIn[] {
  const all = watches.flatMap((watch) => watch.metrics.map((metric) => ({ watch, metric })));
  const spelt = (name: string): readonly string[] => [name.toLowerCase(), name.toLowerCase().replaceAll('_', ' ')];
  const meant = concepts.filter(({ said }) => said.test(text));
  return all.filter(
    ({ metric: { name } }) =>
      spelt(name).some((word) => standsIn(text, word)) ||
      meant.some((concept) => concept.named.test(name.toLowerCase())),
  );
}
