// A process of its own that starts the embedded database, says where it is, and stops it when it is asked to.
import { startEmbedded } from '../../src/db/embedded.ts';

const [dataDir = '', mode = ''] = process.argv.slice(2);
if (mode === 'deaf') process.on('SIGINT', () => {});
try {
  const embedded = await startEmbedded({
    dataDir,
    settings: { fsync: 'off' },
    namespaces: mode !== 'no-namespaces',
  });
  process.stdout.write(`${JSON.stringify({ kind: 'started', url: embedded.url })}\n`);
  process.stdin.on('end', () => void embedded.stop()).resume();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stdout.write(`${JSON.stringify({ kind: 'refused', message })}\n`);
}
