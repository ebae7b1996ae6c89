/**
 * A process that saves models, one version after another, and says each number only after its save was acknowledged.
 * Somebody kills it in the middle. Arguments: a folder or the URL of an S3 server, the bucket, and the first number.
 */
import { silentLog } from '../../src/core/log.ts';
import { createDiskBlobs } from '../../src/store/disk-blobs.ts';
import { createModelRegistry } from '../../src/store/model-registry.ts';
import { createS3Blobs } from '../../src/store/s3-blobs.ts';
import { aModel } from '../contracts/models.ts';
import { s3Options } from './s3-server.ts';

const [where = '', bucket = '', first = '0'] = process.argv.slice(2);
const blobs = where.startsWith('http:')
  ? await createS3Blobs({ ...s3Options, endpoint: where, bucket }, silentLog)
  : createDiskBlobs(where);
const registry = createModelRegistry({ blobs, keep: 3, log: silentLog });
for (let number = Number(first); ; number += 1) {
  const { info, detectors } = aModel(number);
  // Large enough that a kill also falls into the writing of it.
  const large = new Uint8Array(500_000).fill(number);
  await registry.save({ info, detectors: new Map([...detectors, ['large', large]]) }, new AbortController().signal);
  process.stdout.write(`${number}\n`);
}
