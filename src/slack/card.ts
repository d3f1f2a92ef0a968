// The card of an approval, for whoever shows it outside of Slack.
export { card } from './views/card.ts';
export { textsOf, type Message } from './views/blocks.ts';
