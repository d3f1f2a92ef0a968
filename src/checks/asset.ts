// Is the asset what it says it is: decimals known, and not a token that the platform does not vouch for?
import { networkNamed } from '../chains/networks.ts';
import { defineCheck, flag, pass, unavailable } from './found.ts';

export const asset = defineCheck({
  name: 'asset',
  title: 'Asset',
  answer: ({ approval: { activity } }) => {
    const found = activity.asset;
    if (found === null) return unavailable('its asset is unknown');
    const evidence = { standard: found.standard, reference: found.reference ?? 'native' };
    const { decimals } = found;
    if (decimals === null) return unavailable("the asset's decimals are unknown", evidence);
    if (!Number.isInteger(decimals) || decimals < 0 || decimals > 255) {
      return unavailable(`the platform says that it has ${decimals} decimals`, evidence);
    }
    if (found.verified === false) {
      return flag('the platform does not vouch for this token: anybody can give a token any name', evidence);
    }
    const network = activity.network === null ? null : networkNamed(activity.network);
    if (found.reference === null && network !== null && decimals !== network.nativeDecimals) {
      const words = `the platform says ${decimals} decimals, but the coin of ${network.name} has ${network.nativeDecimals}`;
      return flag(words, evidence);
    }
    if (found.reference === null) return pass("it is the network's own coin", evidence);
    const vouched = found.verified === true ? 'which the platform vouches for' : 'the platform says nothing about it';
    return pass(`it is the token ${found.reference}, ${vouched}`, evidence);
  },
});
