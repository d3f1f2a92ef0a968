// One of the servers that take webhooks, chosen by the first order, in a process of its own.
import { connect } from '../../src/db/connect.ts';
import { createInbox } from '../../src/db/deliveries.ts';
import { createApp } from '../../src/http/app.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { startHttp } from '../../src/http/server.ts';
import { createLogger } from '../../src/log.ts';
import { verifyDelivery } from '../../src/platforms/dfns/verify.ts';
import { aPlatform } from '../http/platform.ts';
import { serveOrders } from './children.ts';
import { startDualWrite, startExpressOnly, startGuideHandler } from './intake-opponents.ts';
import { serverOrderSchema, type ServerOrder } from './orders.ts';
import { startWorking } from './platform-work.ts';
import { secret } from './webhooks.ts';

async function start(order: ServerOrder): Promise<{ port: number }> {
  switch (order.mode) {
    case 'ours':
      return startOurs(order);
    case 'express':
      return startExpressOnly();
    case 'dual':
      return startDualWrite(order);
    case 'guide':
      return startGuideHandler(order);
  }
}

async function unread(): Promise<never> {
  throw new Error('nobody looks at the figures here');
}

/** As in production: metrics on, real verification, the pool and its limits. */
async function startOurs(order: ServerOrder): Promise<{ port: number }> {
  const { sql, db } = connect(order.databaseUrl);
  const log = createLogger('warn', { write: () => {} });
  const metrics = createMetrics({ log, readFigures: unread, readQueueDepth: null });
  const platform = aPlatform('treasury');
  if (order.isWorking) startWorking(db, order.apiUrl);
  return startHttp({
    host: '127.0.0.1',
    port: 0,
    platforms: new Map([
      ['treasury', { ...platform, verify: (delivery, now) => verifyDelivery(delivery, [secret], now) }],
    ]),
    now: Date.now,
    log,
    inbox: createInbox(sql),
    app: createApp({ log, now: Date.now, probes: {}, metrics, slack: null }),
    onDelivery: metrics.countDelivery,
    onRequest: metrics.observeRequest,
  });
}

serveOrders(async (order) => {
  const { port } = await start(serverOrderSchema.parse(order));
  return { port };
});
