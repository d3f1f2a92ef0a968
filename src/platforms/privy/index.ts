// Privy: its policy language. There is no connector yet.
export { privyLanguage } from './policies.ts';
