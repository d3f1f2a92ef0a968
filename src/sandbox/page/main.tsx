// Starts the sandbox's page: a small company's Slack beside the custody platform that it holds money on.
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { readConfig } from './wire/config.ts';

const root = document.getElementById('root');
if (!root) throw new Error('the page has no root element');
createRoot(root).render(<App config={readConfig()} />);
