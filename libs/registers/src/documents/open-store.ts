import { join } from 'node:path';
import type { AditConfig } from '#platform';
import type { BlobStore } from './blob-store.js';
import { FolderStore } from './folder-store.js';
import { S3Store } from './s3-store.js';

/** The store that is configured: a bucket where one is named, else the folder below the data directory. */
export function openBlobStore(config: AditConfig): BlobStore {
  const { s3Endpoint: endpoint, s3Bucket: bucket, s3Region: region } = config;
  const { s3AccessKeyId: accessKeyId, s3SecretAccessKey: secretAccessKey } = config;
  if (endpoint && bucket && accessKeyId && secretAccessKey) {
    return new S3Store({ endpoint, bucket, region, accessKeyId, secretAccessKey });
  }
  return new FolderStore(documentsFolder(config));
}

/** Where uploads arrive, and where documents lie when no bucket is configured. */
export function documentsFolder({ dataDir }: Pick<AditConfig, 'dataDir'>): string {
  return join(dataDir, 'documents');
}
