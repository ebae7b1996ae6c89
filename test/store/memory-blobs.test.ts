import { describe } from 'vitest';
import { blobsContract, sharedBlobsContract } from '../contracts/blobs.ts';
import { memoryBlobs } from '../memory-blobs.ts';

describe('blobs in memory', () => {
  blobsContract(async () => memoryBlobs());
  sharedBlobsContract(async () => {
    const blobs = memoryBlobs();
    return [blobs, blobs];
  });
});
