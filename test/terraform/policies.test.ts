import { describe, expect, it } from 'vitest';
import { agreed } from './agreed.ts';
import { alertPolicies } from './alert-policies.ts';
import { exactBuckets } from './bucket-rights.ts';
import { readConfiguration } from './configuration.ts';
import { identityPolicies } from './identity-policies.ts';
import { machinePolicies } from './machine-policies.ts';
import { networkPolicies } from './network-policies.ts';
import { storagePolicies } from './storage-policies.ts';

const policies = [
  agreed,
  ...networkPolicies,
  ...identityPolicies,
  exactBuckets,
  ...storagePolicies,
  ...machinePolicies,
  ...alertPolicies,
];

describe.each(policies)('$name', (policy) => {
  it(`holds: ${policy.because}`, async () => {
    expect(policy.problems(await readConfiguration())).toEqual([]);
  });

  it.each(policy.broken)('notices $what', async (change) => {
    expect(policy.problems(await readConfiguration(change))).not.toEqual([]);
  });
});
