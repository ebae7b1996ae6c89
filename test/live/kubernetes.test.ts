import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadConfig } from '../../src/config/load.ts';
import { fileVariableOf, secretVariables, variables } from '../../src/config/variables.ts';
import { temporaryDir } from './bot.ts';
import { kustomized, problemsOf, type Resource, resourcesIn } from './kubernetes.ts';

const folder = join(import.meta.dirname, '../../manifests/kubernetes');
const mounted = '/run/secrets/smartcloudops';
const labels = { 'app.kubernetes.io/name': 'smartcloudops' };

const named = z.looseObject({ name: z.string() });
const pod = z.object({
  spec: z.object({
    strategy: z.object({ type: z.string() }),
    replicas: z.number(),
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()) }),
      spec: z.looseObject({
        terminationGracePeriodSeconds: z.number(),
        volumes: z.array(named),
        containers: z
          .array(
            z.looseObject({
              name: z.string(),
              env: z.array(z.object({ name: z.string(), value: z.string() })),
              envFrom: z.array(z.object({ configMapRef: named })),
            }),
          )
          .length(1),
      }),
    }),
  }),
});

describe('the Kubernetes base', () => {
  let base: readonly Resource[];
  let resources: readonly Resource[];
  const one = (kind: string): Resource => {
    const found = resources.find((candidate) => candidate.kind === kind);
    if (found === undefined) throw new Error(`there is no ${kind}`);
    return found;
  };
  const settings = () => z.object({ data: z.record(z.string(), z.string()) }).parse(one('ConfigMap')).data;
  const container = () => pod.parse(one('Deployment')).spec.template.spec.containers[0];
  const secret = () => resourcesIn(readFileSync(join(folder, 'secret.example.yaml'), 'utf8'));

  beforeAll(async () => {
    base = await kustomized();
  });
  beforeEach(() => {
    resources = base;
  });

  it('holds what it should, in its namespace', () => {
    expect(resources.map(({ kind }) => kind).toSorted()).toEqual(
      [
        ...['ConfigMap', 'Deployment', 'Namespace', 'NetworkPolicy', 'PersistentVolumeClaim', 'PodDisruptionBudget'],
        ...['Service', 'ServiceMonitor'],
      ].toSorted(),
    );
    for (const { kind, metadata } of resources)
      if (kind !== 'Namespace') expect([kind, metadata.namespace]).toEqual([kind, 'smartcloudops']);
  });

  it('is what the API describes, the example of the Secret too', async () => {
    expect(await problemsOf([...resources, ...secret()])).toEqual([]);
  });

  it.each<[string, string, string, string, RegExp]>([
    [
      'an unknown field',
      'Deployment',
      '"readOnlyRootFilesystem":true',
      '"readOnlyRootFileSystem":true',
      /readOnlyRootFileSystem/,
    ],
    [
      'a wrong type',
      'Deployment',
      '"replicas":1',
      '"replicas":"one"',
      /replicas|'string' is not assignable to type 'number'/,
    ],
    ['a missing field', 'Deployment', '"selector":{', '"selectors":{', /selector/],
    ['an unknown value', 'Deployment', '"type":"Recreate"', '"type":"Replace"', /Replace/],
    ['an unknown field of a policy', 'NetworkPolicy', '"ipBlock"', '"ipBlok"', /ipBlok/],
    ['an unknown field of the operator', 'ServiceMonitor', '"interval"', '"every"', /every/],
    ['an unknown kind', 'Service', '"kind":"Service"', '"kind":"Servise"', /Servise/],
  ])('with %s is refused', async (_what, kind, from, to, words) => {
    const whole = JSON.stringify(one(kind));
    expect(whole).toContain(from);
    const problems = await problemsOf([JSON.parse(whole.replace(from, to)) as Resource]);
    expect(problems.join('\n')).toMatch(words);
  });

  it('runs one process at a time that may do nothing but its work', () => {
    const { spec } = pod.parse(one('Deployment'));
    expect([spec.replicas, spec.strategy.type]).toEqual([1, 'Recreate']);
    expect(spec.template.spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 1000,
        fsGroup: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
      },
    });
    expect(container()).toMatchObject({
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
      resources: {
        requests: { cpu: expect.anything(), memory: expect.anything() },
        limits: { memory: expect.anything() },
      },
      livenessProbe: { httpGet: { path: '/healthz' } },
      readinessProbe: { httpGet: { path: '/healthz' } },
      startupProbe: { httpGet: { path: '/healthz' } },
    });
    expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(10);
  });

  it('fits together: selectors, claim, secret and the variables that the bot reads', () => {
    const { spec } = pod.parse(one('Deployment'));
    expect(spec.template.metadata.labels).toEqual(labels);
    expect(one('Service')).toMatchObject({ spec: { selector: labels, ports: [{ name: 'http', targetPort: 'http' }] } });
    expect(one('PodDisruptionBudget')).toMatchObject({ spec: { selector: { matchLabels: labels } } });
    expect(one('ServiceMonitor')).toMatchObject({
      spec: {
        selector: { matchLabels: labels },
        endpoints: [
          {
            port: 'http',
            path: '/metrics',
            authorization: { credentials: { name: 'smartcloudops', key: 'api_key' } },
          },
        ],
      },
    });
    expect(container()).toMatchObject({
      ports: [{ name: 'http', containerPort: configured({ API_KEY_FILE: 'k'.repeat(24) }).http.port }],
      volumeMounts: expect.arrayContaining([
        expect.objectContaining({ name: 'data', mountPath: settings().DATA_DIR ?? '/data' }),
        expect.objectContaining({ name: 'secrets', mountPath: mounted, readOnly: true }),
      ]),
    });
    expect(spec.template.spec.volumes).toMatchObject([
      { name: 'data', persistentVolumeClaim: { claimName: one('PersistentVolumeClaim').metadata.name } },
      { name: 'secrets', secret: { secretName: secret()[0]?.metadata.name } },
    ]);
    expect(container()?.envFrom).toEqual([{ configMapRef: { name: one('ConfigMap').metadata.name } }]);
    const known = variables.map(({ name }) => name);
    for (const name of Object.keys(settings())) expect(known).toContain(name);
  });

  it('opens to Prometheus alone, and reaches names, Prometheus and the web, but no network inside', () => {
    const namespace = (name: string) => ({
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
    });
    const tcp = (port: number) => ({ protocol: 'TCP', port });
    const inside = ['10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'];
    expect(one('NetworkPolicy')).toMatchObject({
      spec: {
        podSelector: { matchLabels: labels },
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: [namespace('monitoring')], ports: [tcp(5000)] }],
        egress: [
          { to: [namespace('kube-system')], ports: [{ protocol: 'UDP', port: 53 }, tcp(53)] },
          { to: [namespace('monitoring')], ports: [tcp(9090)] },
          { to: [{ ipBlock: { cidr: '0.0.0.0/0', except: inside } }], ports: [tcp(443)] },
        ],
      },
    });
  });

  it('has nothing of its node, in a namespace that would not let it', () => {
    const spec = z.object({ spec: z.object({ template: z.object({ spec: z.record(z.string(), z.unknown()) }) }) });
    const ofPod = spec.parse(one('Deployment')).spec.template.spec;
    expect(Object.keys(ofPod).filter((name) => name.startsWith('host'))).toEqual([]);
    expect(one('Namespace').metadata).toMatchObject({
      labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
    });
  });

  it('takes every secret that the bot knows from a file of the Secret', () => {
    const { stringData } = z.object({ stringData: z.record(z.string(), z.string()) }).parse(secret()[0]);
    const files = Object.keys(stringData).map((key) => `${mounted}/${key}`);
    const env = container()?.env ?? [];
    expect(env.map(({ value }) => value)).toEqual(files);
    expect(env.map(({ name }) => name).toSorted()).toEqual(secretVariables.map(fileVariableOf).toSorted());
  });

  /** The configuration that a bot in the pod reads, with these secrets and the others empty. */
  function configured(secrets: Readonly<Record<string, string>>) {
    const folder = temporaryDir();
    const env = (container()?.env ?? []).map(({ name, value }) => {
      const file = value.replace(mounted, folder);
      writeFileSync(file, secrets[name] ?? '');
      return [name, file] as const;
    });
    return loadConfig({ ...settings(), ...Object.fromEntries(env) });
  }

  it('is a configuration that the bot accepts, and one without a key it refuses', () => {
    expect(configured({ API_KEY_FILE: 'k'.repeat(24) })).toMatchObject({
      prometheus: { url: 'http://prometheus-operated.monitoring:9090' },
      http: { host: '0.0.0.0', port: 5000 },
      slack: null,
    });
    expect(() => configured({})).toThrow(/set API_KEY too/);
  });

  it('is built upon as the page for operators shows', async () => {
    const page = readFileSync(join(folder, '../../docs/operations.md'), 'utf8');
    const [, shown = ''] = /```yaml\n(# my-cluster\/kustomization\.yaml\n[^`]+)```/.exec(page) ?? [];
    const overlay = join(temporaryDir(), 'my-cluster');
    mkdirSync(overlay);
    // Debian's kubectl is of a time when what is built upon had a field of its own; newer ones know both.
    const built = shown.replace('resources: [../manifests/kubernetes]', `bases: [${relative(overlay, folder)}]`);
    expect(built).not.toBe(shown);
    writeFileSync(join(overlay, 'kustomization.yaml'), built);
    resources = await kustomized(overlay);
    expect(await problemsOf(resources)).toEqual([]);
    expect(container()).toMatchObject({ image: 'registry.example/smartcloudops-ai:0.1.0' });
    expect(
      configured({ API_KEY_FILE: 'k'.repeat(24), SLACK_BOT_TOKEN_FILE: 'xoxb-1', SLACK_APP_TOKEN_FILE: 'xapp-1' }),
    ).toMatchObject({
      prometheus: { url: 'http://prometheus.monitoring:9090' },
      slack: { channel: 'C012AB3CD' },
      logs: { s3: { bucket: 'my-logs' } },
    });
  });
});
