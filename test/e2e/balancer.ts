// One address in front of the web processes, as a load balancer is: each new connection goes to the next one that runs.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export type Balancer = {
  readonly url: string;
  add(url: string): void;
  remove(url: string): void;
  stop(): Promise<void>;
};

/** With nobody behind it, a connection is cut: to a sender the same as a process that does not run. */
export async function startBalancer(): Promise<Balancer> {
  const targets: string[] = [];
  const sockets = new Set<Socket>();
  let next = 0;
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // Either side may go away at any time: that is what the tests are about.
    socket.on('error', () => socket.destroy());
    return socket;
  };
  const server = createServer((incoming) => {
    keep(incoming);
    const target = targets[next++ % Math.max(1, targets.length)];
    if (target === undefined) return void incoming.destroy();
    const { hostname, port } = new URL(target);
    const outgoing = keep(connect(Number(port), hostname));
    incoming.on('close', () => outgoing.destroy());
    outgoing.on('close', () => incoming.destroy());
    incoming.pipe(outgoing).pipe(incoming);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('failed to listen on a port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    add: (url) => {
      if (!targets.includes(url)) targets.push(url);
    },
    remove: (url) => {
      if (targets.includes(url)) targets.splice(targets.indexOf(url), 1);
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
