import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * When a connection is cut: before the server has heard of the COMMIT, as soon as it has been sent to it, or when the
 * server has answered and only the client has not heard.
 */
export type Cut = 'before' | 'sent' | 'answered';

const COMMIT = Buffer.from('commit\0');
const COMMITTED = Buffer.from('COMMIT\0');

/** Stands between a pool and its server and cuts one connection at a COMMIT that the test chooses, or all at once. */
export class CuttingProxy {
  /** No new connection is let through while this is set. */
  down = false;
  /** How many connections it has cut. */
  cuts = 0;
  private commits = 0;
  private plan: { readonly cut: Cut; readonly commit: number } | null = null;
  private stayDown = false;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {}

  static async start(url: string): Promise<CuttingProxy> {
    const server = createServer();
    const proxy = new CuttingProxy(server, new URL(url));
    server.on('connection', (client) => proxy.join(client));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** The database as it is reached through here. */
  get url(): string {
    const url = new URL(this.target);
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** Cuts the connection that carries the so manieth COMMIT from now on; afterwards, if `stayDown`, all of them. */
  cutAt(cut: Cut, commit: number, stayDown = false): void {
    this.plan = { cut, commit: this.commits + commit };
    this.stayDown = stayDown;
  }

  /** Cuts every connection now; nobody gets through again before `letThrough()`. */
  cutAll(): void {
    this.down = true;
    this.cuts += Math.ceil(this.sockets.size / 2);
    for (const socket of this.sockets) socket.destroy();
  }

  /** New connections get through again, and no cut is planned any more. */
  letThrough(): void {
    this.down = false;
    this.plan = null;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private join(client: Socket): void {
    if (this.down) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(this.target.port), this.target.hostname);
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.sockets.delete(socket));
    }
    let tail = Buffer.alloc(0);
    let awaitsAnswer = false;
    client.on('data', (chunk) => {
      const seen = Buffer.concat([tail, chunk]);
      tail = seen.subarray(-COMMIT.length + 1);
      const cut = seen.includes(COMMIT) ? this.countCommit() : null;
      if (cut !== 'before') upstream.write(chunk);
      if (cut === 'answered') awaitsAnswer = true;
      else if (cut !== null) this.sever(client, upstream);
    });
    upstream.on('data', (chunk) => {
      if (!awaitsAnswer) client.write(chunk);
      else if (chunk.includes(COMMITTED)) this.sever(client, upstream);
    });
    client.on('close', () => upstream.end());
    upstream.on('close', () => client.destroy());
  }

  private countCommit(): Cut | null {
    this.commits += 1;
    if (this.plan?.commit !== this.commits) return null;
    const { cut } = this.plan;
    this.plan = null;
    return cut;
  }

  private sever(client: Socket, upstream: Socket): void {
    this.cuts += 1;
    this.down = this.stayDown;
    client.destroy();
    // What was sent before still reaches the server.
    upstream.end();
  }
}
