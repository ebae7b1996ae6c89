import { describe, expect, it } from 'vitest';
import { expectationsOf, ruleFiles, rulesIn, runbookTo } from './rule-files.ts';

const alerts = ruleFiles.flatMap((file) =>
  rulesIn(file).flatMap((rule) => ('alert' in rule ? [{ file, ...rule }] : [])),
);

describe('the alerting rules', () => {
  it.each(alerts)('$alert ($labels.severity) leads to what it means and what to do', ({ alert, annotations }) => {
    expect(annotations.runbook).toBe(runbookTo(alert.toLowerCase()));
  });

  it.each(alerts)('$alert ($labels.severity) is tested to fire and to keep quiet', ({ file, alert, labels }) => {
    const tested = expectationsOf(file).filter(({ alertname }) => alertname === alert);
    const seen = JSON.stringify(tested);
    expect(seen).toContain(`"severity":"${labels.severity}"`);
    expect(tested.some(({ exp_alerts }) => exp_alerts.length === 0)).toBe(true);
  });
});
