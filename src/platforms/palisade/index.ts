// Palisade: so far its policy language.
export { palisadeLanguage } from './policies.ts';
