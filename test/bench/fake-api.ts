// The platform's API: answers after a while, or never, or is not there.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { serveOrders } from './children.ts';
import { apiOrderSchema, type ApiOrder } from './orders.ts';

let order: ApiOrder = { state: 'up', delayMs: 0 };
let port = 0;

const server: Server = createServer((request, response) => {
  request.resume();
  if (order.state === 'hangs') return;
  setTimeout(() => {
    response.setHeader('content-type', 'application/json');
    response.end('{"id":"ap-1","status":"Pending"}');
  }, order.delayMs);
});

serveOrders(async (next) => {
  order = apiOrderSchema.parse(next);
  // What hangs from the state before would be part of the next one: its callers would sit out their deadlines.
  server.closeAllConnections();
  if (order.state === 'down') {
    if (server.listening) await once(server.close(), 'close');
    return { port };
  }
  if (!server.listening) await once(server.listen(port, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  port = address.port;
  return { port };
});
