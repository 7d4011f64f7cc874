import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/**
 * The file that every scanner finds and that harms nobody (EICAR). In two parts, so that no scanner finds it in this
 * source.
 */
export const EICAR = Buffer.from(
  ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-', 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''),
  'latin1',
);

export type Mood = 'scanning' | 'silent' | 'refusing' | 'full';

export interface FakeClamd {
  readonly address: string;
  /** How it answers from now on. */
  mood: Mood;
  /** Bytes of each content that it was sent whole. */
  readonly scanned: number[];
  close(): Promise<void>;
}

/** Speaks the protocol of clamd as its manual has it: zINSTREAM, pieces behind their length, a piece of nothing. */
export async function openClamd(): Promise<FakeClamd> {
  const sockets = new Set<Socket>();
  const clamd = { mood: 'scanning' as Mood, scanned: [] as number[] };
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    serve(socket, clamd);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(clamd, {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  });
}

const COMMAND = 'zINSTREAM\0';

function serve(socket: Socket, clamd: { readonly mood: Mood; readonly scanned: number[] }): void {
  let input = Buffer.alloc(0);
  let greeted = false;
  const content: Buffer[] = [];
  socket.on('data', (piece: Buffer) => {
    input = Buffer.concat([input, piece]);
    if (clamd.mood === 'refusing') return void socket.destroy();
    if (!greeted) {
      if (input.length < COMMAND.length) return;
      if (input.subarray(0, COMMAND.length).toString() !== COMMAND) return void socket.end('UNKNOWN COMMAND\0');
      greeted = true;
      input = input.subarray(COMMAND.length);
      if (clamd.mood === 'full') return void socket.end('INSTREAM size limit exceeded. ERROR\0');
    }
    while (input.length >= 4) {
      const length = input.readUInt32BE(0);
      if (input.length < 4 + length) return;
      if (length === 0) {
        if (clamd.mood === 'silent') return;
        const whole = Buffer.concat(content);
        clamd.scanned.push(whole.length);
        socket.end(whole.includes(EICAR) ? 'stream: Eicar-Test-Signature FOUND\0' : 'stream: OK\0');
        return;
      }
      content.push(input.subarray(4, 4 + length));
      input = input.subarray(4 + length);
    }
  });
}
