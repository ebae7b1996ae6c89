import { ageOf, make } from './dom.js';

const words = { ok: ['good', 'all good'], degraded: ['warning', 'limited'], failing: ['critical', 'not working'] };
const stateTones = { normal: 'good', anomalous: 'critical', silent: 'critical', 'warming up': '' };
const stateSigns = { normal: '✓', anomalous: '●', silent: '○', 'warming up': '…' };

/** Draws what is watched and how it is. */
export function drawPanel(state, { body, overall, simulated }) {
  const [tone, word] = words[state.state];
  const open = state.open === 0 ? word : `${state.open} open incident${state.open === 1 ? '' : 's'}`;
  overall.className = `pill ${state.open > 0 ? 'critical' : tone}`;
  overall.textContent = open;
  simulated.hidden = !state.simulated;
  document.title = state.open === 0 ? 'SmartCloudOps' : `(${state.open}) SmartCloudOps`;
  body.replaceChildren(
    ...(state.problems.length === 0
      ? []
      : [make('ul', 'problems', ...state.problems.map((text) => make('li', tone, text)))]),
    ...state.watches.map((watch) => watchOf(watch, state.now)),
    partsOf(state),
  );
}

function watchOf({ name, model, at, entities }, now) {
  const learnt = model.kind === 'ready' ? `learnt ${ageOf(now - model.trainedAt)} ago` : 'no model yet';
  const read = at === null ? 'not read yet' : `read ${ageOf(now - at)} ago`;
  const rows = [...entities].sort((a, b) => a.entity.localeCompare(b.entity)).map(hostOf);
  return make('section', '', make('h3', '', make('span', '', name), make('span', '', `${read} · ${learnt}`)), ...rows);
}

function hostOf({ entity, state, readings }) {
  const header = make(
    'header',
    '',
    make('span', '', entity),
    make('span', stateTones[state], `${stateSigns[state]} ${state}`),
  );
  return make('article', 'host', header, make('dl', 'readings', ...readings.flatMap(readingOf)));
}

function readingOf({ metric, seen, expected, level, mark, blamed }) {
  const value = make('dd', blamed ? 'blamed' : '', seen ?? 'no value');
  if (expected !== null) value.title = `expected ${expected}`;
  return [make('dt', '', metric.replaceAll('_', ' ')), make('dd', '', barOf(level, mark, blamed, expected)), value];
}

/** A bar for what is seen, a tick for what is expected. */
function barOf(level, mark, isBlamed, expected) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'bar');
  svg.setAttribute('viewBox', '0 0 100 6');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  const rect = (x, width, className) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    for (const [name, value] of Object.entries({ x, y: 0, width, height: 6, class: className }))
      element.setAttribute(name, value);
    svg.append(element);
  };
  rect(0, 100, 'ground');
  if (level !== null) rect(0, 100 * level, isBlamed ? 'blamed' : 'level');
  if (mark !== null && expected !== null) rect(Math.min(99, 100 * mark), 1, 'expected');
  return svg;
}

function partsOf({ platforms, ai, owed, source, lastTick, store, startedAt, now, version }) {
  const facts = [
    ['Prometheus', source.reachable ? 'reachable' : 'unreachable'],
    ['last tick', lastTick === null ? 'none yet' : `${ageOf(now - lastTick.at)} ago`],
    ...platforms.map(({ name, connection }) => [name, connection?.kind ?? 'not configured']),
    ['AI', `${ai.current} (${ai.choice})`],
    ['notices owed', String(owed.notices)],
    ['store', store],
    ['up for', ageOf(now - startedAt)],
    ['version', version],
  ];
  return make(
    'section',
    '',
    make('h3', '', 'the bot'),
    make('dl', 'parts', ...facts.flatMap(([name, value]) => [make('dt', '', name), make('dd', '', value)])),
  );
}
