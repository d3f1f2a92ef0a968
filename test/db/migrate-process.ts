// A process that only migrates, as `ROLE=migrate` does.
import { migrate } from '../../src/db/migrate.ts';

const [url = '', folder = ''] = process.argv.slice(2);
await migrate(url, { folder });
