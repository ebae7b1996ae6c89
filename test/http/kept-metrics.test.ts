import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { addKeptMetrics, type KeptFigures } from '../../src/http/kept-metrics.ts';

const now = 1_767_225_600_000;
const logs = { bufferedBytes: 10, spooledBytes: 4_096, lost: 3, failing: { since: now - 60_000 } };
const backup = { lastAt: now - 86_400_000, made: 2, failed: 1, because: 'no right' };

async function samplesOf(figures: KeptFigures): Promise<readonly string[]> {
  const registry = new Registry();
  addKeptMetrics(registry, figures, () => now);
  await registry.metrics();
  return (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

describe('what is measured of logs and backups', () => {
  it('is what is true now, however often it is asked', async () => {
    expect(
      await samplesOf({
        logs: () => logs,
        backup: () => backup,
        heartbeat: () => ({ last: 1_767_225_600_000, because: 'the last tick failed' }),
      }),
    ).toEqual([
      'smartcloudops_log_buffered_bytes 10',
      'smartcloudops_log_spooled_bytes 4096',
      'smartcloudops_log_failing_seconds 60',
      'smartcloudops_log_lines_lost_total 3',
      'smartcloudops_heartbeat_last_timestamp_seconds 1767225600',
      'smartcloudops_heartbeat_failing 1',
      'smartcloudops_backup_last_timestamp_seconds 1767139200',
      'smartcloudops_backup_failing 1',
      'smartcloudops_backups_total{outcome="made"} 2',
      'smartcloudops_backups_total{outcome="failed"} 1',
    ]);
  });

  it('says nothing of a backup that was never made, and nothing at all where none are made', async () => {
    const none = await samplesOf({
      logs: () => ({ ...logs, failing: null }),
      backup: () => ({ lastAt: null, made: 0, failed: 0, because: null }),
      heartbeat: () => ({ last: null, because: null }),
    });
    expect(none.filter((line) => /last|log_failing/.test(line))).toEqual(['smartcloudops_log_failing_seconds 0']);
    const off = await samplesOf({ logs: () => logs, backup: null, heartbeat: null });
    expect(off.filter((line) => line.includes('backup'))).toEqual([]);
  });
});
