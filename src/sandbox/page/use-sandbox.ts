// Connects the page's state with the two servers: live updates in, what a person does out.
import { useEffect, useMemo, useReducer } from 'react';
import type { Dispatch } from 'react';
import { keepLedgerFresh, keepWorkspaceFresh, watchBot } from './live.ts';
import { initialState, reduce } from './state.ts';
import { createRunner } from './runner.ts';
import type { PageEvent, PageState } from './state.ts';
import { custodyVerbs } from './custody-verbs.ts';
import type { CustodyVerbs } from './custody-verbs.ts';
import { slackVerbs } from './slack-verbs.ts';
import type { SlackVerbs } from './slack-verbs.ts';
import type { PageConfig, Person } from './wire/config.ts';

export type Sandbox = {
  config: PageConfig;
  state: PageState;
  person: Person;
  dispatch: Dispatch<PageEvent>;
  slack: SlackVerbs;
  custody: CustodyVerbs;
};

export function useSandbox(config: PageConfig): Sandbox {
  const [first] = config.people;
  if (!first) throw new Error('the page was started without people');
  const [state, dispatch] = useReducer(reduce, initialState(first.id, config.channel));
  const person = config.people.find(({ id }) => id === state.person) ?? first;
  const runner = useMemo(() => createRunner(dispatch), []);

  useEffect(() => keepWorkspaceFresh(config, person, dispatch), [config, person]);
  useEffect(() => keepLedgerFresh(config, dispatch), [config]);
  useEffect(() => watchBot(config, dispatch), [config]);

  const slack = useMemo(() => slackVerbs(config, person, runner), [config, person, runner]);
  const custody = useMemo(() => custodyVerbs(config, runner), [config, runner]);
  return { config, state, person, dispatch, slack, custody };
}
