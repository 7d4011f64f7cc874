import type { Response } from 'supertest';
import type { ApiWorld } from '../support/api-world.js';
import type { Client } from '../support/client.js';

export interface Told {
  readonly caller: string | null;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly answer: Response;
}

/** The same world, whose every question and answer is also handed to `note`. */
export function recordWorld(world: ApiWorld, note: (told: Told) => void): ApiWorld {
  const record = (client: Client, caller: string | null): Client => {
    const send: Client['send'] = async (method, path, prepare) => {
      const answer = await client.send(method, path, prepare);
      const { _data: body } = (answer as unknown as { request: { _data?: unknown } }).request;
      note({ caller, method: method.toUpperCase(), path, body, answer });
      return answer;
    };
    return new Proxy(client, {
      get: (target, name, receiver) => {
        if (name === 'send') return send;
        const member: unknown = Reflect.get(target, name, receiver);
        if (name !== 'withToken' && name !== 'withHeaders') return member;
        return (...given: unknown[]) => record((member as (...all: unknown[]) => Client).apply(target, given), caller);
      },
    });
  };
  return {
    ...world,
    anybody: record(world.anybody, null),
    as: async (name, actingAs) => record(await world.as(name, actingAs), name),
  };
}
