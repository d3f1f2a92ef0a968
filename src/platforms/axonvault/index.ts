// AxonVault: so far its policy language; how an approval is decided there is not documented.
export { axonvaultLanguage } from './policies.ts';
