import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fileVariableOf, secretVariables, variables } from '../../src/config/variables.ts';
import { kustomized, problemsOf, type Resource, resourcesIn } from './kubernetes.ts';

const folder = join(import.meta.dirname, '../../manifests/kubernetes');
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
          .array(z.looseObject({ name: z.string(), env: z.array(z.object({ name: z.string(), value: z.string() })) }))
          .length(1),
      }),
    }),
  }),
});

describe('the Kubernetes base', () => {
  let resources: readonly Resource[];
  const one = (kind: string): Resource => {
    const found = resources.find((candidate) => candidate.kind === kind);
    if (found === undefined) throw new Error(`there is no ${kind}`);
    return found;
  };
  const secret = () => resourcesIn(readFileSync(join(folder, 'secret.example.yaml'), 'utf8'));

  beforeAll(async () => {
    resources = await kustomized();
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
    const [container] = spec.template.spec.containers;
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
    expect(container).toMatchObject({
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
    expect(one('NetworkPolicy')).toMatchObject({ spec: { podSelector: { matchLabels: labels } } });
    expect(one('PodDisruptionBudget')).toMatchObject({ spec: { selector: { matchLabels: labels } } });
    expect(one('ServiceMonitor')).toMatchObject({
      spec: {
        endpoints: [{ port: 'http', authorization: { credentials: { name: 'smartcloudops', key: 'api_key' } } }],
      },
    });
    expect(spec.template.spec.volumes).toMatchObject([
      { name: 'data', persistentVolumeClaim: { claimName: one('PersistentVolumeClaim').metadata.name } },
      { name: 'secrets', secret: { secretName: secret()[0]?.metadata.name } },
    ]);
    const keys = Object.keys(z.object({ stringData: z.record(z.string(), z.string()) }).parse(secret()[0]).stringData);
    const env = spec.template.spec.containers[0]?.env ?? [];
    expect(env.map(({ value }) => value)).toEqual(keys.map((key) => `/run/secrets/smartcloudops/${key}`));
    const known = new Set([...variables.map(({ name }) => name), ...secretVariables.map(fileVariableOf)]);
    const { data } = z.object({ data: z.record(z.string(), z.string()) }).parse(one('ConfigMap'));
    for (const name of [...env.map((variable) => variable.name), ...Object.keys(data)]) expect(known).toContain(name);
  });
});
