/** A host as it is on an ordinary day. Parts are of 1, rates per second, times in seconds. */
export type Host = {
  readonly name: string;
  readonly cpu: number;
  readonly memory: number;
  readonly memoryBytes: number;
  readonly disk: number;
  readonly receive: number;
  readonly transmit: number;
  readonly requests: number;
  readonly latency: number;
  /** How much busier by day than on average. */
  readonly daily: number;
  readonly weekly: number;
  /** When it is busiest, seconds of the day in UTC. */
  readonly peak: number;
};

const gigabyte = 1e9;
const people = { daily: 0.4, weekly: 0.1, peak: 14 * 3_600 };

/** The cluster: two web servers, an API, a database, a cache, and a worker that is busy by night. */
export const hosts: readonly Host[] = [
  {
    name: 'web-1',
    cpu: 0.22,
    memory: 0.42,
    memoryBytes: 16 * gigabyte,
    disk: 0.06,
    receive: 2.4e6,
    transmit: 6.1e6,
    requests: 42,
    latency: 0.021,
    ...people,
  },
  {
    name: 'web-2',
    cpu: 0.21,
    memory: 0.4,
    memoryBytes: 16 * gigabyte,
    disk: 0.06,
    receive: 2.3e6,
    transmit: 5.9e6,
    requests: 40,
    latency: 0.022,
    ...people,
  },
  {
    name: 'api-1',
    cpu: 0.2,
    memory: 0.37,
    memoryBytes: 16 * gigabyte,
    disk: 0.08,
    receive: 3.1e6,
    transmit: 3.8e6,
    requests: 65,
    latency: 0.034,
    ...people,
  },
  {
    name: 'db-1',
    cpu: 0.18,
    memory: 0.48,
    memoryBytes: 64 * gigabyte,
    disk: 0.19,
    receive: 1.9e6,
    transmit: 4.4e6,
    requests: 30,
    latency: 0.008,
    ...people,
  },
  {
    name: 'cache-1',
    cpu: 0.09,
    memory: 0.44,
    memoryBytes: 32 * gigabyte,
    disk: 0.02,
    receive: 1.2e6,
    transmit: 2.2e6,
    requests: 90,
    latency: 0.002,
    ...people,
  },
  {
    name: 'worker-1',
    cpu: 0.21,
    memory: 0.34,
    memoryBytes: 16 * gigabyte,
    disk: 0.12,
    receive: 0.9e6,
    transmit: 0.8e6,
    requests: 6,
    latency: 0.06,
    daily: 0.35,
    weekly: 0.05,
    peak: 2 * 3_600,
  },
];
