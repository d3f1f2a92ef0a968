// Cubewire: so far its policy language.
export { cubewireLanguage } from './policies.ts';
