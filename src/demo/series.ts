import type { Effect } from './faults.ts';
import type { Host } from './hosts.ts';
import type { Labels } from './promql/vector.ts';
import { numberOf, ramp, rampIntegral, rhythm, rhythmIntegral, zigzag } from './wave.ts';

/** An effect in time: seconds since the epoch, `until` infinite while it lasts. */
export type Acting = Effect & { readonly from: number; readonly until: number };

/**
 * One series of a host. A counter is what `at` has grown since the host was last started; a gauge is `at` itself.
 * Times are seconds since the epoch.
 */
export type SimulatedSeries = {
  readonly labels: Labels;
  readonly kind: 'counter' | 'gauge';
  at(time: number, acting: readonly Acting[]): number;
};

const cpus = [0, 1, 2, 3] as const;
const modes = { user: 0.68, system: 0.24, iowait: 0.08 } as const;
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5] as const;
/** How far the noise of a rate goes, as a part of it; with the rhythm at its lowest the rate is still above zero. */
const noise = 0.07;
const shortNoise = 40;
const longNoise = 600;
/** The part of all requests that a fault slows down; less than what comes at the quietest moment. */
const slowedPart = 0.2;
const slowLatency = 0.25;

/** Every series of one host, named as node_exporter and Prometheus name them. */
export function seriesOf(host: Host, seed: number, startedOf: (time: number) => number): readonly SimulatedSeries[] {
  const instance = `${host.name}:9100`;
  const own = (name: string, labels: Labels = {}): Labels => ({
    __name__: name,
    cluster: 'simulated',
    instance,
    job: 'node',
    ...labels,
  });
  const grown = (base: number, what: string) => (time: number) => base * growth(host, seed, what, time);
  const [busy, disk] = [grown(host.cpu, 'cpu'), grown(host.disk, 'disk')];
  const [receive, transmit] = [grown(host.receive, 'receive'), grown(host.transmit, 'transmit')];
  const requests = grown(host.requests, 'requests');
  const cpuTime = (time: number, acting: readonly Acting[]): number => busy(time) + sumOf(acting, 'cpu', time);

  const counter = (labels: Labels, at: SimulatedSeries['at']): SimulatedSeries => ({ labels, kind: 'counter', at });
  const gauge = (labels: Labels, at: SimulatedSeries['at']): SimulatedSeries => ({ labels, kind: 'gauge', at });
  const used = (time: number, acting: readonly Acting[]): number =>
    host.memory * (0.97 + 0.03 * rhythm(time, host.daily, host.weekly, host.peak)) +
    0.008 * zigzag(idOf(host, seed, 'memory'), longNoise, time) +
    0.002 * zigzag(idOf(host, seed, 'memory, short'), shortNoise, time) +
    levelOf(acting, 'memory', time);

  return [
    gauge(own('up'), () => 1),
    gauge(own('node_boot_time_seconds'), (time) => startedOf(time)),
    gauge(
      own('node_load1'),
      (time, acting) =>
        cpus.length * (host.cpu * rhythm(time, host.daily, host.weekly, host.peak) + levelOf(acting, 'cpu', time)),
    ),
    gauge(own('node_memory_MemTotal_bytes'), () => host.memoryBytes),
    gauge(own('node_memory_MemAvailable_bytes'), (time, acting) =>
      Math.round(host.memoryBytes * (1 - used(time, acting))),
    ),
    ...cpus.flatMap((cpu) => {
      const share = 1 + 0.04 * (cpu - 1.5);
      const named = (mode: string): Labels => own('node_cpu_seconds_total', { cpu: String(cpu), mode });
      return [
        counter(named('idle'), (time, acting) => time - share * cpuTime(time, acting)),
        ...Object.entries(modes).map(([mode, part]) =>
          counter(named(mode), (time, acting) => part * share * cpuTime(time, acting)),
        ),
      ];
    }),
    counter(
      own('node_disk_io_time_seconds_total', { device: 'sda' }),
      (time, acting) => disk(time) + sumOf(acting, 'disk', time),
    ),
    counter(
      own('node_network_receive_bytes_total', { device: 'eth0' }),
      (time, acting) => receive(time) + sumOf(acting, 'network', time),
    ),
    counter(
      own('node_network_transmit_bytes_total', { device: 'eth0' }),
      (time, acting) => transmit(time) + 0.5 * sumOf(acting, 'network', time),
    ),
    counter(own('node_network_receive_bytes_total', { device: 'lo' }), (time) => 0.1 * receive(time)),
    counter(own('node_network_transmit_bytes_total', { device: 'lo' }), (time) => 0.1 * receive(time)),
    ...histogramOf(host, seed, own, requests),
  ];
}

/** A histogram of response times, its buckets, sum and count in step with each other. */
function histogramOf(
  host: Host,
  seed: number,
  own: (name: string, labels?: Labels) => Labels,
  requests: (time: number) => number,
): readonly SimulatedSeries[] {
  const name = 'prometheus_http_request_duration_seconds';
  const handler = { handler: '/api/v1/query' };
  const slowed = (time: number, acting: readonly Acting[]): number =>
    acting.filter(({ on }) => on === 'latency').reduce((sum, one) => sum + integralOf(one, time), 0);
  const counter = (labels: Labels, at: SimulatedSeries['at']): SimulatedSeries => ({ labels, kind: 'counter', at });
  return [
    ...buckets.map((le) => {
      const [usual, slow] = [shareBelow(le, host.latency), shareBelow(le, slowLatency)];
      return counter(
        own(`${name}_bucket`, { ...handler, le: String(le) }),
        (time, acting) =>
          usual * requests(time) - Math.max(0, usual - slow) * slowedPart * host.requests * slowed(time, acting),
      );
    }),
    counter(own(`${name}_bucket`, { ...handler, le: '+Inf' }), requests),
    counter(own(`${name}_count`, handler), requests),
    counter(
      own(`${name}_sum`, handler),
      (time, acting) =>
        host.latency * (requests(time) + host.requests * wobble(host, seed, 'latency', time)) +
        host.requests * sumOf(acting, 'latency', time),
    ),
  ];
}

/** The integral of a rate of 1 that has the rhythm of its host and some noise. */
function growth(host: Host, seed: number, what: string, time: number): number {
  return rhythmIntegral(time, host.daily, host.weekly, host.peak) + wobble(host, seed, what, time);
}

/** The integral of the noise of a rate of 1. */
function wobble(host: Host, seed: number, what: string, time: number): number {
  const id = idOf(host, seed, what);
  return noise * (shortNoise * zigzag(id, shortNoise, time) + longNoise * zigzag(id + 1, longNoise, time));
}

function sumOf(acting: readonly Acting[], on: Effect['on'], time: number): number {
  let sum = 0;
  for (const one of acting) if (one.on === on) sum += one.amount * integralOf(one, time);
  return sum;
}

function levelOf(acting: readonly Acting[], on: Effect['on'], time: number): number {
  let sum = 0;
  for (const { on: what, amount, from, until, after, rise, fall } of acting)
    if (what === on) sum += amount * ramp(time, from + after, Math.max(until, from + after), rise, fall);
  return sum;
}

function integralOf({ from, until, after, rise, fall }: Acting, time: number): number {
  return rampIntegral(time, from + after, Math.max(until, from + after), rise, fall);
}

/** Which part of requests of this mean is faster than a bucket's bound: a log-logistic curve. */
function shareBelow(bound: number, mean: number): number {
  return 1 / (1 + (mean / bound) ** 2.5);
}

/** The numbers that are drawn for one quantity of one host. */
const ids = new Map<string, number>();
function idOf(host: Host, seed: number, what: string): number {
  const key = `${seed}/${host.name}/${what}`;
  const known = ids.get(key) ?? numberOf(key);
  ids.set(key, known);
  return known;
}
