import type { Situation } from '../core/situation.ts';
import type { Watch, WatchedMetric } from '../core/watch.ts';

export type WatchedIn = { readonly watch: Watch; readonly metric: WatchedMetric };

/** What a question asks for, as far as rules can tell. */
export type Intent =
  | { readonly kind: 'promql'; readonly query: string }
  | {
      readonly kind: 'metric';
      readonly metrics: readonly WatchedIn[];
      readonly entity: string | null;
      readonly order: 'highest' | 'lowest';
      readonly lastMs: number | null;
    }
  | { readonly kind: 'entity'; readonly entity: string }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'overview' }
  | { readonly kind: 'help' }
  | { readonly kind: 'unknown' };

/** What people call a thing, and how metrics of it are named. */
const concepts: readonly { readonly said: RegExp; readonly named: RegExp }[] = [
  { said: /\b(cpus?|processors?|cores?|compute|load)\b/, named: /cpu|load/ },
  { said: /\b(mem|memory|ram|swap|oom)\b/, named: /mem|ram|swap/ },
  { said: /\b(disks?|i\/o|iops|storage|ssds?)\b/, named: /disk|storage/ },
  { said: /\b(network|net|traffic|bandwidth|throughput)\b/, named: /net|traffic|bandwidth/ },
  {
    said: /\b(latency|latencies|response times?|slow|slower|slowest|durations?|how fast)\b/,
    named: /latency|response|duration/,
  },
  { said: /\b(errors?|failures?|5xx)\b/, named: /err|fail|5xx/ },
];

const wrong =
  /\b(wrong|anomal\w*|alerts?|incidents?|problems?|issues?|broken|trouble|firing|on fire|unusual|strange|degraded)\b/;
const health =
  /\b(healthy|health|ok|okay|fine|alive|up|down|doing|status|overview|situation|going on|happening|summary)\b/;
const help =
  /^(hi|hello|hey|thanks|thank you|good (morning|evening|day)|ping)\b|\b(help|what can you do|who are you|commands)\b/;
const lowest = /\b(lowest|least|min|minimum|idle|idlest|smallest|fastest)\b/;
const lengths: readonly { readonly said: RegExp; readonly ms: number }[] = [
  { said: /\b(15|fifteen) ?(m|min|minutes)\b|quarter of an hour/, ms: 900_000 },
  { said: /\b(6|six) ?(h|hours)\b/, ms: 21_600_000 },
  { said: /\b(24|twenty-four) ?(h|hours)\b|\b(last|past) day\b|\btoday\b|\byesterday\b/, ms: 86_400_000 },
  { said: /\b(1|one|last|past|an) ?(h|hour)\b/, ms: 3_600_000 },
];

/** Reads a question with rules: backquoted PromQL first, then metrics, then hosts, then how things are. */
export function intentOf(question: string, watches: readonly Watch[], situation: Situation): Intent {
  const quoted = /`([^`]+)`/.exec(question)?.[1]?.trim();
  if (quoted !== undefined && quoted !== '') return { kind: 'promql', query: quoted };
  const text = question.toLowerCase();
  const entity = entityIn(text, situation);
  const metrics = metricsIn(text, watches);
  if (metrics.length > 0) {
    const lastMs = lengths.find(({ said }) => said.test(text))?.ms ?? null;
    return { kind: 'metric', metrics, entity, order: lowest.test(text) ? 'lowest' : 'highest', lastMs };
  }
  if (entity !== null) return { kind: 'entity', entity };
  if (wrong.test(text)) return { kind: 'wrong' };
  if (help.test(text)) return { kind: 'help' };
  return health.test(text) ? { kind: 'overview' } : { kind: 'unknown' };
}

/** The longest entity whose name stands in the text as a word. */
function entityIn(text: string, { watches }: Situation): string | null {
  const names = watches.flatMap(({ entities }) => entities.map(({ entity }) => entity));
  const said = names.filter((name) => standsIn(text, name.toLowerCase()));
  return said.toSorted((a, b) => b.length - a.length)[0] ?? null;
}

function standsIn(text: string, name: string): boolean {
  for (let at = text.indexOf(name); name !== '' && at !== -1; at = text.indexOf(name, at + 1)) {
    const around = [text[at - 1] ?? ' ', text[at + name.length] ?? ' '];
    if (around.every((sign) => !/[\w-]/.test(sign))) return true;
  }
  return false;
}

/** Metrics by their own name, else by what people call such a thing. */
function metricsIn(text: string, watches: readonly Watch[]): readonly WatchedIn[] {
  const all = watches.flatMap((watch) => watch.metrics.map((metric) => ({ watch, metric })));
  const spelt = (name: string): readonly string[] => [name.toLowerCase(), name.toLowerCase().replaceAll('_', ' ')];
  const named = all.filter(({ metric }) => spelt(metric.name).some((name) => standsIn(text, name)));
  if (named.length > 0) return named;
  const meant = concepts.filter(({ said }) => said.test(text));
  return all.filter(({ metric }) => meant.some((concept) => concept.named.test(metric.name.toLowerCase())));
}
