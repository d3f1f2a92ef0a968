// A way to the database that a test can close: what is on it breaks, what comes to it is refused.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export type Detour = {
  url: string;
  /** `refuse` is a server that was stopped, `hang` takes the bytes and never answers. */
  close(how: 'refuse' | 'hang'): Promise<void>;
  open(): Promise<void>;
  stop(): Promise<void>;
};

export async function detourTo(databaseUrl: string): Promise<Detour> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let isHanging = false;
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    const far = keep(connect(Number(target.port), target.hostname));
    keep(near).on('data', (bytes) => isHanging || far.write(bytes));
    far.on('data', (bytes) => isHanging || near.write(bytes));
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return portOf(server.address());
  };
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const shut = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    cut();
    await closed;
  };
  const port = await listen(0);
  const url = new URL(databaseUrl);
  url.port = String(port);
  return {
    url: url.toString(),
    close: async (how) => {
      if (how === 'refuse') await shut();
      else isHanging = true;
    },
    open: async () => {
      isHanging = false;
      cut();
      if (!server.listening) await listen(port);
    },
    stop: async () => {
      if (server.listening) await shut();
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
