import { constants, createReadStream } from 'node:fs';
import { access, copyFile, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline, type Readable } from 'node:stream';
import { findErrorCode } from '../error-code.js';
import {
  HashCheck,
  isContentHash,
  nameBlob,
  storeUnavailable,
  type BlobArea,
  type BlobStore,
  type KeptFile,
} from './blob-store.js';

/** A folder of this machine, or one that all machines of the platform mount. */
export class FolderStore implements BlobStore {
  readonly description: string;

  constructor(private readonly directory: string) {
    this.description = `the folder ${directory}`;
  }

  async keep({ path, hash }: KeptFile, area: BlobArea): Promise<void> {
    await this.guard(async () => {
      const target = this.pathOf(hash, area);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      // The same content under the same name: replacing it changes nothing, and is one step.
      await rename(path, target).catch((error: unknown) => copyOver(path, target, error));
      await this.syncName(target);
    });
  }

  async measure(hash: string, area: BlobArea = 'kept'): Promise<number | undefined> {
    if (!isContentHash(hash)) return undefined;
    return await this.guard(async () => {
      try {
        return (await stat(this.pathOf(hash, area))).size;
      } catch (error) {
        if (findErrorCode(error) === 'ENOENT') return undefined;
        throw error;
      }
    });
  }

  async open(hash: string, area: BlobArea = 'kept'): Promise<Readable | undefined> {
    if ((await this.measure(hash, area)) === undefined) return undefined;
    const path = this.pathOf(hash, area);
    await this.guard(() => access(path, constants.R_OK));
    const check = new HashCheck(hash);
    pipeline(createReadStream(path), check, () => undefined);
    return check;
  }

  async quarantine(hash: string): Promise<void> {
    if ((await this.measure(hash)) === undefined) return;
    await this.guard(async () => {
      const target = this.pathOf(hash, 'quarantine');
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await rename(this.pathOf(hash, 'kept'), target);
      await this.syncName(target);
    });
  }

  private pathOf(hash: string, area: BlobArea): string {
    return join(this.directory, nameBlob(hash, area));
  }

  /** Only a directory that is synced itself keeps a new name through a loss of power. */
  private async syncName(path: string): Promise<void> {
    for (let folder = dirname(path); folder.startsWith(this.directory); folder = dirname(folder)) {
      const directory = await open(folder, 'r');
      try {
        await directory.sync();
      } finally {
        await directory.close();
      }
    }
  }

  private async guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw storeUnavailable(error);
    }
  }
}

/** The folder may be a mount of its own, into which nothing can be renamed from outside. */
async function copyOver(path: string, target: string, error: unknown): Promise<void> {
  if (findErrorCode(error) !== 'EXDEV') throw error;
  const unfinished = `${target}.new`;
  await copyFile(path, unfinished);
  const copy = await open(unfinished, 'r');
  try {
    await copy.sync();
  } finally {
    await copy.close();
  }
  await rename(unfinished, target);
  await rm(path, { force: true });
}
