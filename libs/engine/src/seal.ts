import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';
import { sha256Hex, type SealedEnvelope, type SealKey } from '#case-kit';

const ALGORITHM = 'x25519-hkdf-sha256-aes256gcm';
/** Plaintexts are padded to whole steps, so that the length of an envelope tells nothing of a number. */
const PADDING_STEP = 256;

/** An envelope that does not open to what was committed: it, not the opening, is at fault. */
export class BrokenEnvelope extends Error {
  constructor(readonly envelopeId: string) {
    super(`envelope ${envelopeId} does not open to what it commits to`);
    this.name = 'BrokenEnvelope';
  }
}

const publicKeyOf = (x: string): KeyObject => createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x }, format: 'jwk' });

const rawOf = (key: KeyObject): string => {
  const { x } = key.export({ format: 'jwk' });
  if (typeof x !== 'string') throw new TypeError('not an X25519 key');
  return x;
};

function cipherKey(shared: Buffer, ephemeral: string, recipient: string, keyId: string): Buffer {
  return Buffer.from(hkdfSync('sha256', shared, `${ephemeral}.${recipient}`, `adit-seal-1.${keyId}`, 32));
}

/** SHA-256 over the salt and the value; the salt lies in the envelope. */
const commitTo = (salt: Buffer, value: string): string => sha256Hex(salt, value);

/** Encrypts a value to a case's public key. Done at the edge: the engine and the database see only the envelope. */
export function sealField(sealKey: SealKey, value: string): SealedEnvelope {
  const pair = generateKeyPairSync('x25519');
  const ephemeral = rawOf(pair.publicKey);
  const shared = diffieHellman({ privateKey: pair.privateKey, publicKey: publicKeyOf(sealKey.publicKey) });
  const salt = randomBytes(32);
  const content = Buffer.from(JSON.stringify({ salt: salt.toString('base64url'), value }));
  const padded = Buffer.alloc(Math.ceil((content.length + 4) / PADDING_STEP) * PADDING_STEP);
  padded.writeUInt32BE(content.length, 0);
  content.copy(padded, 4);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', cipherKey(shared, ephemeral, sealKey.publicKey, sealKey.keyId), nonce);
  cipher.setAAD(Buffer.from(sealKey.keyId));
  const ciphertext = Buffer.concat([cipher.update(padded), cipher.final(), cipher.getAuthTag()]);
  return {
    sealed: ALGORITHM,
    keyId: sealKey.keyId,
    ephemeral,
    nonce: nonce.toString('base64url'),
    ciphertext: ciphertext.toString('base64url'),
    commitment: commitTo(salt, value),
  };
}

/** Opens one envelope with the private key (JWK `d`) and checks it against its commitment. */
export function openEnvelope(
  id: string,
  envelope: SealedEnvelope,
  privateJwk: { readonly x: string; readonly d: string },
): string {
  const privateKey = createPrivateKey({ key: { kty: 'OKP', crv: 'X25519', ...privateJwk }, format: 'jwk' });
  try {
    const shared = diffieHellman({ privateKey, publicKey: publicKeyOf(envelope.ephemeral) });
    const sealed = Buffer.from(envelope.ciphertext, 'base64url');
    const key = cipherKey(shared, envelope.ephemeral, privateJwk.x, envelope.keyId);
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(envelope.nonce, 'base64url'));
    decipher.setAAD(Buffer.from(envelope.keyId));
    decipher.setAuthTag(sealed.subarray(-16));
    const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    const content = JSON.parse(padded.subarray(4, 4 + padded.readUInt32BE(0)).toString()) as {
      salt: string;
      value: string;
    };
    const commitment = commitTo(Buffer.from(content.salt, 'base64url'), content.value);
    if (timingSafeEqual(Buffer.from(commitment), Buffer.from(envelope.commitment))) return content.value;
  } catch {
    throw new BrokenEnvelope(id);
  }
  throw new BrokenEnvelope(id);
}

/** A new pair: the public half for the case, the private half for its holder. */
export function makeSealPair(): {
  readonly key: SealKey;
  readonly privateJwk: { readonly x: string; readonly d: string };
} {
  const { privateKey } = generateKeyPairSync('x25519');
  const { x, d } = privateKey.export({ format: 'jwk' });
  if (x === undefined || d === undefined) throw new TypeError('not an X25519 key');
  return { key: { keyId: randomBytes(12).toString('base64url'), publicKey: x }, privateJwk: { x, d } };
}
